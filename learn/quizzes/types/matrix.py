"""A grid: statements below each other, the same choices for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from learn.errors import Message
from learn.quizzes.questions import (
    FLAG,
    Answer,
    Flaw,
    Grade,
    InvalidAnswer,
    ParseContext,
    Question,
    QuestionType,
    text_in,
)
from learn.quizzes.source.reading import Block, Passage, Passages
from learn.quizzes.types.shapes import read_keys, shown, spoken, survey_of
from learn.quizzes.types.tables import Table, table_in

MOST_ROWS, MOST_COLUMNS = 50, 12
_MARK = re.compile(r"\(([xX]?)\)|\[([xX]?)\]|([xX])?")
Data = Mapping[str, Any]


class Matrix(QuestionType):
    """A table whose rows are statements and whose columns are choices; ``x`` stands in the right cell.

    With ``[x]`` and ``[ ]`` a row may have several right cells. The score is the mean of the rows: one
    with a single right cell is right or wrong, one with several counts as a choice of several does.
    """

    key, template = "matrix", "learn/quizzes/types/matrix.html"
    attributes = {"survey": FLAG}

    def claims(self, block: Block) -> bool:
        """Whether there are no items, and a table in which cells are marked, or which a survey shows."""
        tables = [table_in(passage) for passage in block.prompt.values()]
        return not block.items and any(
            table is not None and _looks_like_grid(table, survey="survey" in block.attributes)
            for table in tables
        )

    def parse(self, block: Block, context: ParseContext) -> dict[str, Any]:
        """Return the statements, each with the keys of its right choices, and the choices."""
        tables = {language: table_in(passage) for language, passage in block.prompt.items()}
        main = tables.get(context.main_language)
        if main is None:
            context.problems.add(block.path, block.line, _NO_TABLE)
            return {"rows": [], "columns": [], "several": False}
        same = _comparable(main, tables, block, context)
        columns = [
            _cell("column", context, {each: table.head[at] for each, table in same.items()})
            for at in range(1, len(main.head))
        ]
        rows = [self.row(context, columns, same, at) for at in range(len(main.rows))]
        data = {
            "rows": rows,
            "columns": columns,
            "several": any(_MARK_SEVERAL in cell.text for row in main.rows for cell in row[1:]),
            **survey_of(block),
        }
        for place, message in _flaws(data):
            spot = main.head[0] if place is None else main.rows[place][0]
            context.refuse(spot, message)
        return data

    def row(
        self, context: ParseContext, columns: Sequence[Data], tables: Mapping[str, Table], at: int
    ) -> dict[str, Any]:
        """Return one statement with its right choices."""
        cells = tables[context.main_language].rows[at]
        right = []
        for column, cell in zip(columns, cells[1:], strict=False):
            found = _mark_in(cell)
            if found is None:
                message = Message("A cell of a grid holds x, (x), [x], or nothing; here stands %(text)s.",
                                  text=cell.text)  # fmt: skip
                context.refuse(cell, message)
            elif any(found.groups()):
                right.append(column["key"])
        texts = {each: table.rows[at][0] for each, table in tables.items()}
        return {**_cell("row", context, texts), "right": right}

    def prompt(self, block: Block, context: ParseContext) -> dict[str, str]:
        """Return the text around the table; without any, nothing."""
        tables = {language: table_in(passage) for language, passage in block.prompt.items()}
        rest = {language: each.rest for language, each in tables.items() if each and each.rest}
        if any(tables.values()) and not rest:
            context.problems.add(
                block.path, block.line, Message("Write above the table what is asked.")
            )
        return context.html(rest)

    def check(self, data: Data) -> list[Flaw]:
        """Return what is wrong: too little, twice the same, a statement without a right choice."""
        return [Flaw(message) for _place, message in _flaws(data)]

    def read(self, question: Question, fields: Mapping[str, Sequence[str]], name: str) -> Answer:
        """Return what was ticked in each row; its fields are ``name.row-key``."""
        rows = [row["key"] for row in question.data["rows"]]
        ticked = {row: list(fields.get(f"{name}.{row}", ())) for row in rows}
        return self.read_json(question, {row: keys for row, keys in ticked.items() if keys})

    def read_json(self, question: Question, value: Any) -> Answer:
        """Return for each answered row the key of a choice, or the keys where a row may have several."""
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise InvalidAnswer(
                Message("The answer to this question is an object of rows and choices.")
            )
        rows = [row["key"] for row in question.data["rows"]]
        columns = [column["key"] for column in question.data["columns"]]
        if any(row not in rows for row in value):
            raise InvalidAnswer(Message("The answer names a row that this question does not have."))
        answer: dict[str, Any] = {}
        for row in (row for row in rows if row in value and value[row] is not None):
            given = [value[row]] if isinstance(value[row], str) else value[row]
            picked = set(read_keys(given, columns))
            keys = [column for column in columns if column in picked]
            if len(keys) > 1 and not question.data["several"]:
                raise InvalidAnswer(Message("Choose one option only in each row."))
            if keys:
                answer[row] = keys if question.data["several"] else keys[0]
        return answer or None

    def view(self, question: Question, language: str | None, seed: int) -> dict[str, Any]:
        """Return rows and columns; columns, as a scale, stay in order, and so do the rows of a survey."""
        data = question.data
        rows = data["rows"]
        columns = [
            {"key": each["key"], "html": text_in(each["html"], language)}
            for each in data["columns"]
        ]
        if data.get("survey"):
            asked = [{"key": each["key"], "html": text_in(each["html"], language)} for each in rows]
        else:
            asked = shown(question, rows, language, seed)
        survey = {"survey": True} if data.get("survey") else {}
        return {"rows": asked, "columns": columns, "several": data["several"], **survey}

    def grade(self, question: Question, answer: Answer) -> Grade:
        """Return the mean of the rows, and for each answered one whether it is right."""
        rows, given = question.data["rows"], answer or {}
        worth = {row["key"]: _worth(row, given.get(row["key"])) for row in rows}
        marks = {key: worth[key] >= 1 for key in worth if key in given}
        return Grade(sum(worth.values()) / len(rows), marks)

    def right_answer(self, question: Question) -> Answer:
        """Return the right choices by row; None in a survey."""
        data = question.data
        if data.get("survey"):
            return None
        several = data["several"]
        return {row["key"]: row["right"] if several else row["right"][0] for row in data["rows"]}

    def parts(
        self, question: Question, answer: Answer, language: str | None = None
    ) -> dict[str, str]:
        """Return what was chosen, by what the statement says."""
        rows, columns = (_words(question, part, language) for part in ("rows", "columns"))
        given = {
            row: [keys] if isinstance(keys, str) else keys for row, keys in (answer or {}).items()
        }
        return {
            rows[row]: ", ".join(columns[key] for key in keys if key in columns)
            for row, keys in given.items()
            if row in rows
        }

    def summary(self, question: Question, answer: Answer, language: str | None = None) -> str:
        """Return the statements with what was chosen."""
        found = self.parts(question, answer, language)
        return "; ".join(f"{row}: {said}" for row, said in found.items())

    def responses(
        self, question: Question, language: str | None = None
    ) -> Mapping[str, Sequence[str]]:
        """Return for each statement all choices; where a row may have several, anything can be."""
        if question.data["several"]:
            return {}
        choices = list(_words(question, "columns", language).values())
        return dict.fromkeys(_words(question, "rows", language).values(), choices)

    def guess(self, question: Question) -> float:
        """Return the mean over the rows: each choice, or each set of choices, is as likely."""
        data = question.data
        columns = [column["key"] for column in data["columns"]]
        chances = [_guess(row, columns, several=data["several"]) for row in data["rows"]]
        return sum(chances) / len(chances)


_MARK_SEVERAL = "["
_NO_TABLE = Message(
    "A grid is a table: statements in its first column, the choices in its head, x in the right cells."
)


def _looks_like_grid(table: Table, *, survey: bool) -> bool:
    return survey or any(cell.text and _mark_in(cell) for row in table.rows for cell in row[1:])


def _mark_in(cell: Passage) -> re.Match[str] | None:
    """Return the mark that a cell holds, or that it holds none; None when it holds anything else."""
    return _MARK.fullmatch("".join(cell.text.split()))


def _cell(kind: str, context: ParseContext, texts: Passages) -> dict[str, Any]:
    filled = {language: passage for language, passage in texts.items() if passage.text}
    known = filled if context.main_language in filled else texts
    return {"key": context.key(kind, known), "html": context.html(filled, inline=True)}


def _comparable(
    main: Table, tables: Mapping[str, Table | None], block: Block, context: ParseContext
) -> dict[str, Table]:
    """Return the tables of the size of the main one, with rows of the same length; others are problems."""
    width = len(main.head)
    for row in main.rows:
        if len(row) != width:
            message = Message(
                "This row has %(here)s cells, the head %(there)s.", here=len(row), there=width
            )
            context.refuse(row[0] if row else main.head[0], message)
    found = {context.main_language: _filled(main)}
    for language, table in tables.items():
        if language == context.main_language:
            continue
        if table is not None and _marks(table) == _marks(main):
            found[language] = _filled(table)
            continue
        what = Message(
            "%(what)s of %(key)s differs from the main language.", what="| x |", key=block.key
        )
        context.refuse(block.prompt[language], what)
    return found


def _marks(table: Table) -> list[list[str]]:
    return [[cell.text.casefold() for cell in row[1:]] for row in (table.head[:1], *table.rows)] + [
        [""] * len(table.head)
    ]


def _filled(table: Table) -> Table:
    """Return the table with rows as long as its head."""
    width = len(table.head)
    empty = Passage("", table.head[0].path, table.head[0].line)
    rows = tuple((*row, *[empty] * width)[:width] for row in table.rows)
    return Table(table.head, rows, table.rest)


def _flaws(data: Data) -> Iterator[tuple[int | None, Message]]:
    """Yield what is wrong, with the place of the row that it concerns; None: the whole grid."""
    rows, columns = data["rows"], data["columns"]
    if not rows or len(columns) < 2:
        yield None, _NO_TABLE
    if len(rows) > MOST_ROWS or len(columns) > MOST_COLUMNS:
        yield None, Message("A grid has at most %(rows)s rows and %(columns)s choices.",
                            rows=MOST_ROWS, columns=MOST_COLUMNS)  # fmt: skip
    if not all(column["html"] for column in columns):
        yield None, Message("Every column of a grid needs a head.")
    elif len({column["key"] for column in columns}) < len(columns):
        yield None, Message("Two columns of the grid have the same head.")
    seen: set[str] = set()
    for place, row in enumerate(rows):
        yield from ((place, message) for message in _row_flaws(row, data, seen))
        seen.add(row["key"])


def _row_flaws(row: Data, data: Data, seen: set[str]) -> Iterator[Message]:
    if not row["html"]:
        yield Message("A row of a grid begins with its statement.")
    elif row["key"] in seen:
        yield Message("This statement stands there twice.")
    if data.get("survey"):
        if row["right"]:
            yield Message("In a survey no choice is right; take the x away.")
    elif not row["right"]:
        yield Message("This statement has no right choice; put an x into its cell.")
    elif len(row["right"]) > 1 and not data["several"]:
        yield Message("This statement has several right choices; several are written [x] and [ ].")


def _worth(row: Data, given: Any) -> float:
    if not given or not row["right"]:
        return 0.0
    picked = {given} if isinstance(given, str) else set(given)
    hits = len(picked.intersection(row["right"]))
    return hits / (len(row["right"]) + len(picked) - hits)


def _guess(row: Data, columns: Sequence[str], *, several: bool) -> float:
    sizes = range(1, len(columns) + 1) if several else (1,)
    worth = [_worth(row, picked) for size in sizes for picked in combinations(columns, size)]
    return sum(worth) / len(worth)


def _words(question: Question, part: str, language: str | None) -> dict[str, str]:
    return {each["key"]: spoken(text_in(each["html"], language)) for each in question.data[part]}
