"""YAML front matter: every mistake at once, each with its line and what would be right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from learn.courses.links import nearest
from learn.errors import Message, Problem

MAX_FRONT_MATTER = 20_000
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
Spot = tuple[str | int, ...]


class Wrong(Exception):
    """A value is not what its key takes; `message` says what would be right, `spot` where inside it.

    `others` are further mistakes in the same value, `good` is what can be used in spite of them.
    """

    def __init__(
        self, message: Message, spot: Spot = (), others: Sequence[Wrong] = (), good: Any = None
    ) -> None:
        super().__init__(str(message))
        self.message, self.spot, self.others, self.good = message, spot, tuple(others), good


@dataclass(frozen=True)
class Key:
    """A key of front matter: how its value is read, whether it must be there, what it is without.

    A key without a value is as good as absent, except where `empty_is_wrong`.
    """

    read: Callable[[Any], Any]
    required: bool = False
    default: Any = None
    empty_is_wrong: bool = False


@dataclass(frozen=True)
class FrontMatter:
    """What stands above and below the second ``---``.

    `values` has every key of the schema, wrong ones with their default; `given` names those written
    down. `lines` goes from a place such as ``("outcomes", 0, "level")`` to its line.
    """

    values: Mapping[str, Any]
    body: str
    body_line: int
    problems: tuple[Problem, ...] = ()
    lines: Mapping[Spot, int] = field(default_factory=dict)
    given: frozenset[str] = frozenset()

    def line(self, *spot: str | int) -> int:
        """Return the line of a place, or of the nearest place around it."""
        while spot and spot not in self.lines:
            spot = spot[:-1]
        return self.lines.get(spot, 1)


def read_front_matter(
    path: str, text: str, schema: Mapping[str, Key], elsewhere: Mapping[str, Message] | None = None
) -> FrontMatter:
    """Read a text that begins with front matter.

    Parameters
    ----------
    elsewhere
        Keys that are known but do not belong here, with the sentence that says where they do.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    reading = _Reading(path, schema, elsewhere or {})
    head, body, body_line = reading.divide(text)
    given = reading.parse(head) if head is not None else {}
    values = reading.values(given)
    return FrontMatter(
        values, body, body_line, tuple(reading.problems), reading.lines, frozenset(map(str, given))
    )


class _Reading:
    """The reading of one front matter: collects problems and lines."""

    def __init__(
        self, path: str, schema: Mapping[str, Key], elsewhere: Mapping[str, Message]
    ) -> None:
        self.path, self.schema, self.elsewhere = path, schema, elsewhere
        self.problems: list[Problem] = []
        self.lines: dict[Spot, int] = {}
        self.broken = False

    def say(self, line: int, message: Message) -> None:
        self.problems.append(Problem(self.path, line, message))

    def divide(self, text: str) -> tuple[str | None, str, int]:
        """Return front matter, body and the body's first line; None when there is no front matter."""
        lines = text.split("\n")
        if lines[0].rstrip() != "---":
            return None, text, 1
        for number, line in enumerate(lines[1:], 2):
            if line.rstrip() in {"---", "..."}:
                return "\n".join(lines[1 : number - 1]), "\n".join(lines[number:]), number + 1
        self.broken = True
        self.say(
            1, Message("The front matter is not closed; write --- on a line of its own below it.")
        )
        return None, "", len(lines)

    def parse(self, head: str) -> dict[str, Any]:
        """Return the mapping that stands in the front matter, keeping the line of each place."""
        try:
            return self._parse(head)
        except yaml.YAMLError as error:
            self.broken = True
            self.say(*_yaml_problem(error, head))
        except (ValueError, RecursionError, OverflowError):
            self.broken = True
            self.say(2, Message("A value of the front matter cannot be read; put it in quotes."))
        return {}

    def _parse(self, head: str) -> dict[str, Any]:
        if len(head) > MAX_FRONT_MATTER:
            raise ValueError("too large")
        loader = yaml.SafeLoader(head)
        try:
            _refuse_aliases(head)
            node = loader.get_single_node()
            if node is None:
                return {}
            if not isinstance(node, yaml.MappingNode):
                self.broken = True
                self.say(2, Message("Front matter is a list of lines such as title: Name."))
                return {}
            self._mark(node, ())
            return dict(loader.construct_document(node))
        finally:
            loader.dispose()

    def _mark(self, node: yaml.Node, spot: Spot) -> None:
        self.lines.setdefault(spot, node.start_mark.line + 2)
        if isinstance(node, yaml.ScalarNode):
            _refuse_unstorable(node)
        elif isinstance(node, yaml.MappingNode):
            self._mark_mapping(node, spot)
        elif isinstance(node, yaml.SequenceNode):
            for place, item in enumerate(node.value):
                self._mark(item, (*spot, place))

    def _mark_mapping(self, node: yaml.MappingNode, spot: Spot) -> None:
        seen = set[str]()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                _refuse_unstorable(key)
            name, line = str(key.value), key.start_mark.line + 2
            if name in seen:
                self.say(line, Message("%(key)s stands here twice; keep one.", key=name))
            seen.add(name)
            self.lines[(*spot, name)] = line
            self._mark(value, (*spot, name))

    def values(self, given: Mapping[Any, Any]) -> dict[str, Any]:
        """Return the value of every key of the schema."""
        for name in given:
            if name not in self.schema:
                self.say(self.lines.get((str(name),), 2), self._unknown(str(name)))
        values = {name: key.default for name, key in self.schema.items()}
        for name, key in self.schema.items():
            if given.get(name) is not None or (name in given and key.empty_is_wrong):
                values[name] = self._value(name, key, given[name])
            elif key.required and not self.broken:
                self.say(
                    self.lines.get((name,), 1),
                    Message(
                        "%(key)s is missing; write %(key)s: ... in the front matter.", key=name
                    ),
                )
        return values

    def _value(self, name: str, key: Key, given: Any) -> Any:
        try:
            return key.read(given)
        except Wrong as error:
            for each in (error, *error.others):
                self._say_wrong(name, each)
            return key.default if error.good is None else error.good

    def _say_wrong(self, name: str, error: Wrong) -> None:
        spot: Spot = (name, *error.spot)
        while spot not in self.lines and spot:
            spot = spot[:-1]
        line = self.lines.get(spot, 2)
        self.say(line, Message("%(key)s: %(right)s", key=name, right=error.message))

    def _unknown(self, name: str) -> Message:
        if name in self.elsewhere:
            return self.elsewhere[name]
        return unknown_key(name, self.schema)


def unknown_key(name: str, known: Mapping[str, Any]) -> Message:
    """Return the sentence for a key that is not among the known ones, with the nearest of them."""
    near = nearest(name.lower(), known)
    if near:
        return Message("%(key)s is not a key here; did you mean %(near)s?", key=name, near=near)
    return Message(
        "%(key)s is not a key here; known are %(known)s.", key=name, known=", ".join(known)
    )


def _refuse_aliases(head: str) -> None:
    for token in yaml.scan(head, Loader=yaml.SafeLoader):
        if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
            raise yaml.MarkedYAMLError(
                problem="aliases (& and *) are not allowed; put the text in quotes",
                problem_mark=token.start_mark,
            )


def _refuse_unstorable(node: yaml.ScalarNode) -> None:
    """Refuse what no file may hold either, though an escape can write it."""
    if UNSTORABLE.search(node.value):
        raise yaml.MarkedYAMLError(problem="unacceptable character", problem_mark=node.start_mark)


_YAML_PROBLEMS: tuple[tuple[str, str], ...] = (
    (
        "cannot start any token",
        "A tab or a sign such as @ or ` begins a value; use spaces or quotes.",
    ),
    ("mapping values are not allowed", 'A value that holds a colon needs quotes: title: "A: b".'),
    ("aliases", "The signs & and * at the start of a value need quotes around it."),
    ("while scanning a quoted", "A quote is opened and not closed."),
    ("could not find expected ':'", "A colon is missing after the key; write key: value."),
    ("while parsing a flow", "A bracket [ or { is opened and not closed, or a comma is missing."),
    ("while parsing a block", "The indentation does not fit; use the same number of spaces."),
    ("unacceptable character", "There is a control character here; take it out."),
)


def _yaml_problem(error: yaml.YAMLError, head: str) -> tuple[int, Message]:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 2 if mark is not None else 2
    tab = next((n for n, text in enumerate(head.split("\n"), 2) if re.match(r"^ *\t", text)), None)
    if tab is not None:
        return tab, Message("There is a tab here; front matter is indented with spaces.")
    words = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')} {error}"
    for sign, right in _YAML_PROBLEMS:
        if sign in words:
            return line, Message(right)
    return line, Message("This is not YAML; write key: value.")


# Readers of values: each returns the value or raises `Wrong` with what would be right.


def text_value(value: Any) -> str:
    """Read a line of text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Wrong(Message("a text is needed here; put it in quotes."))
    text = " ".join(str(value).split())
    if not text:
        raise Wrong(Message("the text is empty."))
    if len(text) > 2_000:
        raise Wrong(Message("the text is longer than 2000 characters."))
    return text


def whole_number(low: int, high: int) -> Callable[[Any], int]:
    """Return a reader of whole numbers from `low` to `high`."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise Wrong(
                Message("a whole number from %(low)s to %(high)s is needed.", low=low, high=high)
            )
        return value

    return read


def one_of(*allowed: str) -> Callable[[Any], str]:
    """Return a reader of one of the allowed words."""

    def read(value: Any) -> str:
        if value in allowed and isinstance(value, str):
            return value
        near = nearest(str(value).lower(), allowed)
        if near:
            raise Wrong(
                Message("%(value)s is unknown; did you mean %(near)s?", value=value, near=near)
            )
        raise Wrong(
            Message("%(value)s is unknown; it is one of %(known)s.",
                    value=value, known=", ".join(allowed))
        )  # fmt: skip

    return read


def text_list(value: Any) -> tuple[str, ...]:
    """Read a list of texts; one text alone is a list of one."""
    if isinstance(value, str):
        return (text_value(value),)
    return _items(value, text_value)


def flag(value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise Wrong(Message("true or false is needed."))
    return value


def _items(value: Any, read: Callable[[Any], Any]) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise Wrong(Message("a list is needed: one - item on each line."))
    good: list[Any] = []
    wrong: list[Wrong] = []
    for place, item in enumerate(value):
        try:
            good.append(read(item))
        except Wrong as error:
            wrong += [Wrong(each.message, (place, *each.spot)) for each in (error, *error.others)]
    if wrong:
        raise Wrong(wrong[0].message, wrong[0].spot, wrong[1:], tuple(good))
    return tuple(good)


def list_of(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a reader of lists whose items `read` reads."""
    return lambda value: _items(value, read)
