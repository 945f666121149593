"""Imported questions tried as a quiz would read them: what cannot be published is refused, with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from learn.courses.links import Links
from learn.courses.media import MIMETYPES, describe, is_media, suffix_of
from learn.courses.render import Rendered, Renderer
from learn.courses.version import Media
from learn.errors import Message, Problem
from learn.interchange.model import LANGUAGE, Entry, Imported, Note, Verdict
from learn.interchange.outgoing import pictures_in
from learn.quizzes.questions import Question, QuestionType
from learn.quizzes.source.blocks import cut
from learn.quizzes.source.compiling import Compiler
from learn.quizzes.source.reading import Block, Problems
from learn.quizzes.source.writing import grammar_of, written, written_blocks
from learn.registry import Registry

COURSE = "impor"


@dataclass(frozen=True)
class Checked:
    """What is left of an import after a trial, and the questions that it makes."""

    imported: Imported
    questions: Mapping[str, Question]


def checked(imported: Imported, types: Registry[QuestionType], renderer: Renderer) -> Checked:
    """Return `imported` without the questions that no quiz could publish; their entries say why."""
    trial = _Trial(imported, types, renderer)
    questions, refused = {}, dict[str, list[Problem]]()
    warned: dict[str, list[Problem]] = {}
    for block in imported.blocks:
        question, problems = trial.compiled(block)
        serious = [problem for problem in problems if not problem.warning]
        if serious or question is None:
            refused[block.key] = serious
        else:
            questions[block.key] = question
            warned[block.key] = problems
    blocks = tuple(block for block in imported.blocks if block.key in questions)
    entries = tuple(_entry(entry, refused, warned) for entry in imported.entries)
    left = replace(imported, blocks=blocks, entries=entries)
    return Checked(left, questions)


class _Trial:
    """Compiles one block after the other, with the files of the import beside them."""

    def __init__(
        self, imported: Imported, types: Registry[QuestionType], renderer: Renderer
    ) -> None:
        self.types, self.renderer = types, renderer
        self.grammars = {kind.key: kind.grammar for kind in types}
        text = written_blocks(imported.blocks)
        named = {name: _awaited(name) for name in pictures_in(text) if is_media(name)}
        files = {name: describe(name, content) for name, content in imported.media.items()}
        self.links = Links(COURSE, {**named, **files})

    def compiled(self, block: Block) -> tuple[Question | None, list[Problem]]:
        """Return the question that the written block makes, and what is wrong with it."""
        text = written(block, grammar_of(block, self.grammars))
        problems = Problems()
        found = cut("", text, 1, LANGUAGE, problems, self.grammars)
        compiler = Compiler(COURSE, LANGUAGE, self.types, self.render, problems)
        questions = compiler.questions(found.blocks, {}, {LANGUAGE: ""})
        unique = list(dict.fromkeys(problems.found))
        return (questions[0] if questions else None), unique

    def render(self, text: str, path: str, line: int) -> Rendered:
        """Return the safe HTML of a text."""
        return self.renderer.render(text, path, line, links=self.links, language=LANGUAGE, above=2)


def _awaited(name: str) -> Media:
    """Return what stands for a file that the trainer still has to put beside the quiz."""
    return Media(name, "0" * 64, 1, MIMETYPES[suffix_of(name)], 800, 600)


def _entry(
    entry: Entry, refused: Mapping[str, list[Problem]], warned: Mapping[str, list[Problem]]
) -> Entry:
    if entry.key in refused:
        notes = [*_notes(entry, refused[entry.key], "refused")] or [
            Note("refused", Message("A quiz cannot read this question."), entry.line, entry.ident)
        ]
        return replace(entry, key="", notes=(*entry.notes, *notes))
    return replace(
        entry, notes=(*entry.notes, *_notes(entry, warned.get(entry.key, []), "changed"))
    )


def _notes(entry: Entry, problems: list[Problem], verdict: Verdict) -> Iterator[Note]:
    for message in dict.fromkeys(problem.message for problem in problems):
        yield Note(verdict, message, entry.line, entry.ident)
