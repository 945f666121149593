"""Questions of other systems into the draft of a course, and those of a draft out of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from learn.courses.frontmatter import Key, read_front_matter
from learn.courses.media import is_media
from learn.courses.source import MAX_BYTES
from learn.errors import Invalid, Message, NotFound, Problem
from learn.interchange.checking import checked
from learn.interchange.files import beside
from learn.interchange.formats import read_questions, write_questions
from learn.interchange.model import Exported, Imported, Note, passages, text_of, with_keys
from learn.interchange.outgoing import typed_blocks
from learn.interchange.shapes import IN_ENGLISH, TRUE_FALSE
from learn.ledger import audit
from learn.publishing.drafts import (
    FileNow,
    draft_files,
    draft_of,
    draft_tree,
    require_path,
    save_file,
)
from learn.publishing.quiz_files import quiz_texts
from learn.publishing.standards import Standards
from learn.quizzes.source.blocks import KEY, MAX_KEY, MOST_QUESTIONS, cut
from learn.quizzes.source.reading import Block, Grammar, Item, Problems, SourceFile
from learn.quizzes.source.settings import schema
from learn.quizzes.source.writing import grammar_of, written, written_blocks, written_file
from learn.storage import Storage

_FRONT_BYTES = 1000
"""What is left free in a quiz file for its front matter."""
QUESTIONS_IMPORTED = "questions_imported"


class QuizProblems(Invalid):
    """A quiz cannot be taken out or added to before its text is put right; `extra` has the problems."""

    code = "quiz-problems"

    def __init__(self, quiz: str, problems: list[Problem]) -> None:
        super().__init__(
            Message("The text of the quiz %(quiz)s has to be put right first.", quiz=quiz),
            problems=problems,
        )


@dataclass(frozen=True)
class Arrived:
    """What taking a file into a quiz means: its report, and the texts of quiz files afterwards, by path.

    What does not fit into the quiz begins others beside it: the first path is the quiz that was named,
    `seen` the digest that its file had, empty when there was none.
    """

    imported: Imported
    texts: Mapping[str, str]
    seen: str

    @property
    def is_new(self) -> bool:
        """Whether the quiz begins with the questions."""
        return not self.seen

    @property
    def quizzes(self) -> list[str]:
        """Return the keys of the quizzes, the named one first."""
        return [path.rpartition("/")[2].removesuffix(".md") for path in self.texts]


def read_file(content: bytes, standards: Standards, format_: str | None = None) -> Imported:
    """Return the questions of a file that a quiz could publish; the others are refused, by name."""
    imported = read_questions(content, format_)
    return checked(imported, standards.question_types, standards.renderer).imported


def try_import(
    session: Session, imported: Imported, course: str, quiz: str, standards: Standards
) -> Arrived:
    """Return what adding questions to a quiz of a draft would give; nothing is written.

    Raises
    ------
    NotFound
        There is no draft of the course.
    Invalid
        The quiz has no good name, or has no room at all.
    """
    path = quiz_path(course, quiz)
    draft_of(session, course)
    here = {file.path: file for file in draft_files(session, course)}
    folder = f"quizzes/{course}/"
    names = {
        at.removeprefix(folder): file.digest for at, file in here.items() if at.startswith(folder)
    }
    imported = beside(_in_language(imported, here.get(f"courses/{course}/course.md")), names)
    now = here[path].text if path in here else None
    grammars = _grammars(standards)
    before = _keys(path, now or "", grammars)
    imported = with_keys(imported, before)
    parts = _divided(imported.blocks, grammars, len(before), len((now or "").encode()))
    if imported.blocks and not parts[0]:
        raise Invalid(Message("The quiz %(quiz)s is full; take another.", quiz=quiz))
    title = imported.title[:190] or quiz
    texts = {path: _joined(now, parts[0], title, grammars)}
    for number, part in enumerate(parts[1:], 2):
        more = _free_path(path, number, {*here, *texts})
        texts[more] = written_file(f"{title} ({number})", part, grammars)
    return Arrived(imported, texts, here[path].digest if path in here else "")


def _in_language(imported: Imported, course_file: FileNow | None) -> Imported:
    """Return `imported` with the words for true and false of the course's language."""
    if _language((course_file.text if course_file else "") or "") != "en":
        return imported
    english = dict(zip(TRUE_FALSE, IN_ENGLISH, strict=True))

    def item(each: Item) -> Item:
        return replace(
            each, text=passages(english.get(text_of(each.text), text_of(each.text)), each.line)
        )

    def block(each: Block) -> Block:
        words = tuple(text_of(one.text) for one in each.items)
        return replace(each, items=tuple(map(item, each.items))) if words == TRUE_FALSE else each

    return replace(imported, blocks=tuple(map(block, imported.blocks)))


def _joined(
    now: str | None, blocks: Sequence[Block], title: str, grammars: Mapping[str, Grammar]
) -> str:
    """Return a quiz with questions at its end, or a new one."""
    if now is None:
        return written_file(title, blocks, grammars)
    added = written_blocks(blocks, grammars)
    return f"{now.rstrip()}\n\n{added}" if added else now


def _divided(
    blocks: Sequence[Block], grammars: Mapping[str, Grammar], count: int, size_bytes: int
) -> list[list[Block]]:
    """Return `blocks` in parts that a quiz file holds, the first beside what is there already."""
    parts: list[list[Block]] = [[]]
    for block in blocks:
        length = len(written(block, grammar_of(block, grammars)).encode("utf-8", "replace")) + 1
        if count >= MOST_QUESTIONS or size_bytes + length > MAX_BYTES - _FRONT_BYTES:
            parts.append([])
            count = size_bytes = 0
        parts[-1].append(block)
        count, size_bytes = count + 1, size_bytes + length
    return parts


def _free_path(path: str, number: int, taken: Collection[str]) -> str:
    stem = path.removesuffix(".md")
    tries = (f"{stem[:200]}-{each}.md" for each in range(number, number + 10_000))
    return next(each for each in tries if each not in taken)


def take_in(
    session: Session, storage: Storage, arrived: Arrived,
    *, actor_id: int | None, now: datetime,
) -> None:  # fmt: skip
    """Write what `try_import` showed into the draft, files first; note it in the audit chain."""
    course, quiz = next(iter(arrived.texts)).split("/")[1], arrived.quizzes[0]
    here = {file.path: file.digest for file in draft_files(session, course)}
    files = {
        f"quizzes/{course}/{each}": content
        for each, content in used_media(arrived.imported).items()
    }
    files |= {path: text.encode("utf-8", "replace") for path, text in arrived.texts.items()}
    for path, content in files.items():
        save_file(session, storage, course, path, content, seen=here.get(path),
                  actor_id=actor_id, now=now)  # fmt: skip
    data = {
        "course": course, "quiz": quiz, "format": arrived.imported.format,
        "questions": len(arrived.imported.blocks),
    }  # fmt: skip
    audit(session, QUESTIONS_IMPORTED, data, actor_id=actor_id, at=now)


def used_media(imported: Imported) -> dict[str, bytes]:
    """Return the files that a question which came in still names."""
    text = written_blocks(imported.blocks)
    return {name: content for name, content in imported.media.items() if name in text}


def quiz_path(course: str, quiz: str) -> str:
    """Return the path of a quiz; raise `Invalid` when it cannot be one."""
    path = f"quizzes/{course}/{quiz}.md"
    if not KEY.fullmatch(quiz) or len(quiz) > MAX_KEY:
        raise Invalid(Message("%(name)s is not a name for a quiz; use small letters, digits and -.",
                              name=quiz[:80]))  # fmt: skip
    require_path(course, path)
    return path


def _grammars(standards: Standards) -> dict[str, Grammar]:
    return {kind.key: kind.grammar for kind in standards.question_types}


def _keys(path: str, text: str, grammars: Mapping[str, Grammar]) -> set[str]:
    problems = Problems()
    return {block.key for block in cut(path, text, 1, "id", problems, grammars).blocks}


def export_quiz(
    session: Session, storage: Storage, course: str, quiz: str, format_: str, standards: Standards
) -> Exported:
    """Return a quiz of a draft as a file of another system.

    Raises
    ------
    NotFound
        There is no such draft or quiz.
    QuizProblems
        Its text cannot be cut into questions.
    """
    draft_of(session, course)
    files = draft_tree(session, storage, course)
    problems: list[Problem] = []
    sources = quiz_texts(course, files, problems).get(quiz)
    if sources is None:
        raise NotFound(Message("There is no quiz %(quiz)s in the course %(course)s.",
                               quiz=quiz[:80], course=course))  # fmt: skip
    language = _language(files.get(f"courses/{course}/course.md", b"").decode("utf-8", "replace"))
    by_language = sources.by_language(language)
    main = by_language.get(language) or next(iter(by_language.values()))
    folder = f"quizzes/{course}/"
    media = {
        path.removeprefix(folder): content
        for path, content in files.items() if path.startswith(folder) and is_media(path)
    }  # fmt: skip
    exported = _exported(main, language, format_, media, standards)
    if len(by_language) > 1:
        others = ", ".join(sorted({*by_language} - {language}))
        note = Note("dropped", Message("Its texts in %(languages)s stay here.", languages=others))
        exported = replace(exported, notes=(*exported.notes, note))
    return exported


def _exported(
    source: SourceFile,
    language: str,
    format_: str,
    media: Mapping[str, bytes],
    standards: Standards,
) -> Exported:
    front = read_front_matter(source.path, source.text, schema(standards.behaviours.keys()))
    found = Problems()
    found.found.extend(front.problems)
    parts = cut(source.path, front.body, front.body_line, language, found, _grammars(standards))
    if found.serious:
        raise QuizProblems(source.path, [each for each in found.found if not each.warning])
    blocks = typed_blocks(parts.blocks, standards.question_types)
    if front.values.get("shuffle") is False:
        blocks = [
            replace(block, attributes={"shuffle": "false", **block.attributes}) for block in blocks
        ]
    exported = write_questions(format_, blocks, front.values["title"], media)
    notes = list(_quiz_notes(front.given, bool(parts.intro)))
    return replace(exported, notes=(*exported.notes, *notes))


def _quiz_notes(given: frozenset[str] | set[str], has_intro: bool) -> list[Note]:
    """Return what of the quiz itself, besides its questions, stays here."""
    notes = []
    settings = sorted(given - {"title", "shuffle", "pool", "draw"})
    if settings:
        message = Message(
            "The settings of the quiz stay here: %(names)s.", names=", ".join(settings)
        )
        notes.append(Note("dropped", message))
    if given & {"pool", "draw"}:
        notes.append(
            Note(
                "dropped",
                Message("Draws and pools stay here; export the pool as a quiz of its own."),
            )
        )
    if has_intro:
        notes.append(Note("dropped", Message("The introduction of the quiz stays here.")))
    return notes


def _language(course_file: str) -> str:
    front = read_front_matter("course.md", course_file, {"language": Key(str, default="id")})
    return str(front.values.get("language") or "id")
