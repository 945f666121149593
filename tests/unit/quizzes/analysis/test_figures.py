"""Every figure against another implementation, on attempts of all kinds."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.quizzes.analysis.collecting import Collector, Taken
from learn.quizzes.analysis.figures import Analysis
from learn.quizzes.analysis.making import analyses
from learn.quizzes.quiz import Quiz, drawn_questions
from tests.support import analysing
from tests.support.analysing import Went
from tests.support.quizzes import TYPES, UNGRADED, key_of, quiz

OPTIONS = ("Alfa", "Beta", "Gama", "Delta")


@cache
def quiz_with(points: tuple[float, ...], draw: int | None = None) -> Quiz:
    """Return a quiz of single choices, the first option right; every other one is for a competency."""
    body = "".join(
        f"## q{place} {{points={worth}{' competency=M.05' if place % 2 else ''}}}\n"
        f"Pertanyaan {place}?\n\n- (x) Alfa\n- ( ) Beta\n- ( ) Gama\n- ( ) Delta\n\n"
        for place, worth in enumerate(points)
    )
    return quiz(body, f"draw: {draw}\n" if draw else "")


@dataclass
class Case:
    """Attempts with the quizzes that they were at."""

    quizzes: dict[str, Quiz]
    taken: list[Taken]

    def analysis(self) -> dict[str, Analysis]:
        collector = Collector(self.quizzes.get, TYPES)
        for each in self.taken:
            collector.add(each)
        return analyses(collector, "kursus", "kuis", "first")

    def went(self, version: str = "") -> list[Went]:
        return [
            went(self.quizzes[t.version_id], t) for t in self.taken if version in ("", t.version_id)
        ]


def went(quiz: Quiz, taken: Taken) -> Went:
    """Return the attempt as the other implementation takes it."""
    asked = [question for question in quiz.questions if question.key in taken.credits]
    words = {
        option["key"]: option["html"]["id"] for q in quiz.questions for option in q.data["options"]
    }
    return Went(
        taken.score,
        {question.key: taken.credits[question.key] for question in asked},
        {question.key: question.points for question in asked},
        {key: words[json.loads(text)[0]] for key, text in taken.answers.items()},
        {question.key: question.competency or "" for question in asked},
    )


CREDIT = st.sampled_from([1.0, 0.0, 0.5, 0.333333, -0.5, -1.0, 0.666667])
POINTS = st.lists(st.sampled_from([1, 2, 0.5]), min_size=1, max_size=4)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    points = tuple(draw(POINTS))
    count = draw(st.none() | st.integers(1, len(points)))
    quizzes = {"v1": quiz_with(points, count)}
    if draw(st.booleans()):
        more = (*points, 1) if draw(st.booleans()) else points
        quizzes["v2"] = quiz_with(more, count)
    taken = []
    for person in range(draw(st.integers(1, 14))):
        version = draw(st.sampled_from(sorted(quizzes)))
        asked = drawn_questions(quizzes[version], draw(st.integers(1, 30)), TYPES)
        credits = {question.key: draw(CREDIT) for question in asked}
        answers = {}
        for question in asked:
            place = draw(st.integers(-1, 3))
            if place >= 0:
                answers[question.key] = json.dumps([question.data["options"][place]["key"]])
        worth = sum(question.points for question in asked)
        earned = sum(question.points * credits[question.key] for question in asked)
        score = round(min(1.0, max(0.0, earned / worth)), 6)
        taken.append(
            Taken(person, version, 1, score, score >= 0.7, credits, answers, f"{person:03}")
        )
    return Case(quizzes, taken)


def near(value: float | None) -> object:
    """Compare a figure up to what two ways of adding differ by; nothing is nothing."""
    return None if value is None else pytest.approx(value, abs=1e-7, rel=1e-6)


@given(cases())
def test_the_figures_of_the_quiz_are_those_of_the_formulas(case):
    for version, analysis in case.analysis().items():
        attempts = case.went(version)
        scores = [each.score for each in attempts]
        totals = [each.total for each in attempts]
        whole = analysis.whole
        drawn = bool(case.quizzes["v1"].draw)
        alpha = analysing.alpha(attempts, drawn)
        assert (whole.attempts, whole.people) == (len(scores), len(scores))
        assert whole.mean == near(statistics.fmean(scores))
        assert whole.median == near(statistics.median(scores))
        assert whole.deviation == near(analysing.deviation(scores))
        assert whole.skewness == near(analysing.skewness(scores))
        assert whole.kurtosis == near(analysing.kurtosis(scores))
        assert whole.alpha == near(alpha)
        assert whole.error_ratio == near(None if alpha is None else max(0, 1 - alpha) ** 0.5)
        assert whole.standard_error == near(
            None if alpha is None else max(0, 1 - alpha) ** 0.5 * statistics.stdev(totals)
        )
        assert sum(whole.histogram) == len(scores)
        assert whole.guess == near(0.25)


@given(cases())
def test_the_figures_of_each_question_are_those_of_the_formulas(case):
    for version, analysis in case.analysis().items():
        attempts = case.went(version)
        weights = analysing.effective_weights(attempts)
        assert {each.key for each in analysis.questions} == set(weights)
        for figures in analysis.questions:
            had = [each for each in attempts if figures.key in each.credits]
            credits = [each.credits[figures.key] for each in had]
            rests = [each.rest(figures.key) for each in had]
            assert figures.asked == len(had)
            assert figures.answered == sum(figures.key in each.chosen for each in had)
            assert figures.facility == near(statistics.fmean(credits))
            assert figures.deviation == near(analysing.deviation(credits))
            assert figures.guess == near(0.25)
            assert figures.intended_weight == near(
                statistics.fmean(a.points[figures.key] / sum(a.points.values()) for a in had)
            )
            assert figures.effective_weight == near(weights[figures.key])
            assert figures.discrimination == near(analysing.correlation(credits, rests))
            assert figures.efficiency == near(analysing.efficiency(credits, rests))


@given(cases())
def test_the_table_of_responses_counts_what_was_chosen_and_by_whom(case):
    for version, analysis in case.analysis().items():
        attempts = case.went(version)
        for figures in analysis.questions:
            had = [each for each in attempts if figures.key in each.credits]
            rests = [each.rest(figures.key) for each in had]
            assert [each.text for each in figures.responses] == list(OPTIONS)
            for response in figures.responses:
                chose = [each.chosen.get(figures.key) == response.text for each in had]
                those = [each for each, did in zip(had, chose, strict=True) if did]
                assert response.count == len(those)
                assert response.share == near(len(those) / len(had))
                assert response.right == (response.text == "Alfa")
                assert response.rest == near(
                    statistics.fmean(each.rest(figures.key) for each in those) if those else None
                )
                assert response.credit == near(
                    statistics.fmean(e.credits[figures.key] for e in those) if those else None
                )
                assert response.relation == near(
                    analysing.correlation([float(did) for did in chose], rests)
                )


@given(cases())
def test_a_competency_is_the_share_of_the_points_of_its_questions(case):
    for version, analysis in case.analysis().items():
        found = {each.code: each for each in analysis.competencies}
        shares = [
            share
            for each in case.went(version)
            for share in [each.share([key for key, code in each.competency.items() if code])]
            if share is not None
        ]
        assert set(found) == ({"M.05"} if shares else set())
        if shares:
            assert found["M.05"].attempts == len(shares)
            assert found["M.05"].mean == near(statistics.fmean(shares))
            assert found["M.05"].deviation == near(analysing.deviation(shares))


@given(cases())
def test_an_analysis_is_stored_without_a_loss(case):
    for analysis in case.analysis().values():
        assert Analysis.from_json(json.loads(json.dumps(analysis.to_json()))) == analysis


@given(cases())
def test_intended_and_effective_weights_of_an_attempt_add_up_to_the_whole(case):
    analysis = case.analysis()[""]
    attempts = analysis.whole.attempts
    intended = sum(e.intended_weight * e.asked for e in analysis.questions) / attempts
    assert intended == near(1.0)
    effective = [e.effective_weight * e.asked for e in analysis.questions if e.effective_weight]
    assert not effective or sum(effective) / attempts == near(1.0)


def test_versions_stand_beside_each_other_the_newest_first():
    quizzes = {"v1": quiz_with((1,)), "v2": quiz_with((1, 1))}
    taken = [
        Taken(1, "v1", 1, 1.0, True, {"q0": 1.0}, {}, "2026-01"),
        Taken(2, "v2", 1, 0.5, False, {"q0": 1.0, "q1": 0.0}, {}, "2026-02"),
        Taken(3, "v2", 1, 0.0, False, {"q0": 0.0, "q1": 0.0}, {}, "2026-03"),
    ]
    analysis = Case(quizzes, taken).analysis()[""]
    assert [(each.version_id, each.attempts) for each in analysis.versions] == [
        ("v2", 2),
        ("v1", 1),
    ]
    assert analysis.versions[0].questions["q0"][:2] == (2, 0.5)
    assert analysis.whole.alpha is None, "one version had a question more"


def test_attempts_at_a_version_that_is_gone_are_left_out_and_counted():
    taken = [Taken(1, "gone", 1, 1.0, True, {"q0": 1.0}, {})]
    analysis = Case({}, taken).analysis()[""]
    assert (analysis.left_out, analysis.whole.attempts, analysis.questions) == (1, 0, ())


def test_rare_free_answers_are_counted_together_so_that_memory_stays_bounded():
    made = quiz("## q0\nApa?\n= ya\n")
    taken = [
        Taken(
            n, "v1", 1, 0.0, False, {"q0": 0.0}, {"q0": json.dumps(f"lain {n}" if n % 2 else "ya")}
        )
        for n in range(6000)
    ]
    figures = Case({"v1": made}, taken).analysis()[""].questions[0]
    assert figures.answered == 6000
    assert figures.responses[0].text == "ya" and figures.responses[0].count == 3000
    assert len(figures.responses) <= 41
    assert sum(each.count for each in figures.responses) + figures.others == 6000


def test_answers_that_nobody_grades_are_counted_and_none_of_them_is_right():
    made = quiz(UNGRADED + "\n    ## q0\n    Satu?\n    = 1\n")
    happy = made.question("puas")
    given = {"puas": json.dumps([key_of(happy, "Ya")]), "saran": json.dumps("Lebih cepat")}
    taken = [Taken(n, "v1", 1, 1.0, True, {"q0": 1.0}, given if n else {}) for n in range(3)]
    figures = Case({"v1": made}, taken).analysis()[""]
    survey = figures.question("puas")
    assert survey.answered == 2 and figures.question("pengantar") is None
    assert (survey.scored, survey.facility, survey.guess, survey.asked) == (False, None, 0.0, 3)
    assert [(each.text, each.count, each.right) for each in survey.responses] == [
        ("Ya", 2, False),
        ("Tidak", 0, False),
    ]
    assert figures.question("saran").responses[0].text == "Lebih cepat"
    assert figures.whole.positions == 1
