"""What attempts say about a quiz and each of its questions: figures, flags and charts for trainers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from learn.competencies.framework.catalogue import load_framework
from learn.courses.version import placed
from learn.errors import Message, NotFound
from learn.people.access import Action, learners
from learn.publishing.history import VersionLine, versions_of
from learn.publishing.places import question_lines
from learn.quizzes.analysis.figures import CHOICES, Analysis, QuestionFigures
from learn.quizzes.analysis.flags import BAD, LOOK, Flag, question_flags, quiz_flags, worst
from learn.quizzes.questions import plain_text, text_in
from learn.web.blueprint import pages
from learn.web.context import actor, arguments, may, only_read, session
from learn.web.courses.reading import current_version, mount
from learn.web.i18n import _, language
from learn.web.narrowing import address
from learn.web.quizzes.analysing import Found, Wanted, find, make_anew, wanted_choice
from learn.web.quizzes.charts import histogram, scatter
from learn.web.quizzes.reached import reached_results
from learn.web.quizzes.start import quiz_of, version_of
from learn.web.quizzes.surveys import survey_of
from learn.web.render import render
from learn.web.studio.questions import QuestionPreview, question_preview

if TYPE_CHECKING:
    from learn.quizzes.questions import Question

LONGEST_TITLE = 90
SORTS: Mapping[str, bool] = {
    # column: whether the largest comes first
    "place": False, "asked": True, "facility": False, "discrimination": False, "efficiency": False,
    "intended_weight": True, "effective_weight": True,
}  # fmt: skip


@dataclass(frozen=True)
class QuestionLine:
    """One question of the table: its place in the quiz, what it asks, and what is odd about it."""

    number: int
    figures: QuestionFigures
    title: str
    flags: list[Flag]

    @property
    def level(self) -> str:
        """Return the level of the worst flag."""
        return worst(self.flags)


@pages.get("/studio/<course>/results/<quiz>/")
def studio_quiz_results(course: str, quiz: str) -> ResponseReturnValue:
    """Show the figures of a quiz, its charts, and a table of its questions with what is odd about them."""
    wanted = _wanted(course, quiz)
    found = find(wanted)
    analysis = found.analysis
    lines = _lines(analysis) if analysis else []
    return render(
        "learn/studio/quiz_results.html",
        **_page(wanted, found),
        flags=quiz_flags(analysis) if analysis else [],
        lines=_sorted(lines),
        sort=_sort(),
        odd=[line for level in (BAD, LOOK) for line in lines if line.level == level],
        histogram=histogram(analysis.whole.histogram, analysis.whole.pass_mark)
        if analysis
        else None,
        scatter=scatter(_points(lines)),
        competency=_competency,
        survey=survey_of(wanted.quiz, analysis),
    )


@pages.get("/studio/<course>/results/<quiz>/questions/<question>/")
def studio_question_results(course: str, quiz: str, question: str) -> ResponseReturnValue:
    """Show one question as learners see it, with its key, what was answered, and its figures by version."""
    wanted = _wanted(course, quiz)
    found = find(wanted)
    figures = found.analysis.question(question) if found.analysis else None
    if found.analysis is not None and figures is None:
        raise NotFound(Message("Nobody was asked this question in these attempts."))
    return render(
        "learn/studio/question_results.html",
        **_page(wanted, found),
        figures=figures,
        flags=question_flags(figures) if figures else [],
        shown=_shown(figures) if figures else None,
        parts=_parts(figures) if figures else [],
        line=_line(figures) if figures else None,
    )


@pages.post("/studio/<course>/results/<quiz>/analysis")
def studio_analyse(course: str, quiz: str) -> ResponseReturnValue:
    """Make the stored analysis of everybody's attempts anew."""
    only_read()  # reading takes longer than anybody should wait for the one writer
    wanted = _wanted(course, quiz)
    if not wanted.everybody:
        raise NotFound(Message("Only what counts everybody's attempts is stored."))
    if make_anew(wanted):
        flash(_("The figures are of this moment."), "good")
    else:
        flash(_("These are many attempts. The figures will be here in some minutes."))
    where = address(
        "studio_quiz_results", course=course, quiz=quiz,
        attempts=wanted.choice, version=wanted.version_id,
    )  # fmt: skip
    return redirect(where, 303)


def _wanted(course: str, quiz: str) -> Wanted:
    reached = reached_results(course)
    given = arguments()
    return Wanted(
        course=course,
        quiz=quiz_of(current_version(course), quiz),
        choice=wanted_choice(given.get("attempts", "")),
        version_id=given.get("version", "")[:64],
        reached=reached,
        units=reached.units(),
    )


def _page(wanted: Wanted, found: Found) -> dict[str, Any]:
    """Return what both pages show around the figures."""
    known = {line.id: line for line in versions_of(session(), wanted.course)}
    filters = {
        "attempts": wanted.choice if wanted.choice != CHOICES[0] else None,
        "version": wanted.version_id,
        "unit": wanted.units.code,
    }
    return {
        "course": wanted.course,
        "quiz": wanted.quiz,
        "version": current_version(wanted.course),
        "wanted": wanted,
        "found": found,
        "analysis": found.analysis,
        "choices": CHOICES,
        "known": known,
        "version_options": _version_options(wanted, found, known),
        "filters": filters,
        "may_edit": may(Action.EDIT_COURSE, course=wanted.course),
        "may_override": not learners(actor(), Action.OVERRIDE_QUIZZES, wanted.course).nothing,
        "compute_url": url_for(
            "learn.studio_analyse", course=wanted.course, quiz=wanted.quiz.key,
            attempts=wanted.choice, version=wanted.version_id or None,
        ),
        "here": lambda endpoint, **more: address(
            endpoint, course=wanted.course, quiz=wanted.quiz.key, **{**filters, **more}
        ),
    }  # fmt: skip


def _version_options(
    wanted: Wanted, found: Found, known: Mapping[str, VersionLine]
) -> list[tuple[str, str]]:
    """Return the versions to choose from; of one version's figures, all that the course has had."""
    if found.analysis and not wanted.version_id:
        ids: Iterable[str] = (each.version_id for each in found.analysis.versions)
    else:
        ids = (line.id for line in known.values() if line.number is not None)
    return [
        ("", _("All versions")),
        *(
            (each, _("Version %(number)s", number=known[each].number))
            for each in ids
            if each in known
        ),
    ]


def _competency(code: str) -> str:
    """Return a competency's name behind its code; the code alone when the framework lacks it."""
    found = load_framework().find(code)
    return f"{code} {found.name(language())}" if found else code


def _lines(analysis: Analysis) -> list[QuestionLine]:
    return [
        QuestionLine(number, figures, _title(figures), question_flags(figures))
        for number, figures in enumerate(analysis.questions, 1)
    ]


def _title(figures: QuestionFigures) -> str:
    question = _question(figures)
    text = plain_text(text_in(question.prompt, language())) if question else ""
    return text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…"


def _question(figures: QuestionFigures) -> Question | None:
    """Return the question in the version that asked it last."""
    version = version_of(figures.version_id)
    for quiz in version.quizzes.values() if version else ():
        question = quiz.question(figures.key)
        if question is not None and question.type == figures.type:
            return question
    return None


def _sort() -> tuple[str, bool]:
    """Return the column that is sorted by, and whether the largest comes first."""
    name = arguments().get("sort", "")
    plain = name.removeprefix("-")
    return (plain, name.startswith("-")) if plain in SORTS else ("", False)


def _sorted(lines: list[QuestionLine]) -> list[QuestionLine]:
    column, largest_first = _sort()
    if not column:
        return lines
    if column == "place":
        return lines[::-1] if largest_first else lines
    known = [line for line in lines if getattr(line.figures, column) is not None]
    rest = [line for line in lines if getattr(line.figures, column) is None]
    return [
        *sorted(known, key=lambda line: getattr(line.figures, column), reverse=largest_first),
        *rest,
    ]


def _points(lines: list[QuestionLine]) -> Iterable[tuple[str, int, float, float, str]]:
    for line in lines:
        facility, index = line.figures.facility, line.figures.discrimination
        if facility is not None and index is not None:
            # what costs points for certainty can have a mean below nothing
            yield line.figures.key, line.number, max(0.0, facility), index, line.level


def _shown(figures: QuestionFigures) -> QuestionPreview | None:
    """Return the question as learners see it, with its key; None when its version is gone."""
    question = _question(figures)
    if question is None:
        return None
    return question_preview(question, language(), lambda html: placed(html, mount()))


def _line(figures: QuestionFigures) -> int | None:
    """Return where the question stands in its file, as it was last published."""
    return question_lines(session(), [figures.source]).get((figures.source, figures.key))


def _parts(figures: QuestionFigures) -> list[tuple[str, list[Any]]]:
    """Return the responses by part; options that are picked or not stand in one table."""
    parts: dict[str, list[Any]] = {}
    for response in figures.responses:
        name = "" if response.part == response.text else response.part
        parts.setdefault(name, []).append(response)
    return list(parts.items())
