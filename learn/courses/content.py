"""Reading a course folder: Markdown files and what lies beside them become a `Course`, or problems."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from learn.courses import media
from learn.courses.frontmatter import (
    FrontMatter,
    Key,
    Wrong,
    list_of,
    one_of,
    read_front_matter,
    text_list,
    text_value,
    unknown_key,
    whole_number,
)
from learn.courses.source import MAX_BYTES
from learn.courses.version import Media, Outcome, Period
from learn.errors import Message, Problem

DEFAULT_FORM = "NKL03"  # e-learning, hours/data/forms.yaml
ENROLMENTS = ("open", "approval", "closed")

COURSE_KEY = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_MODULE_FILE = re.compile(r"^(\d{2,3}-[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.([a-z]{2,3}))?\.md$")
_COURSE_FILE = re.compile(r"^course(?:\.([a-z]{2,3}))?\.md$")
_UNIT_CODE = re.compile(r"\S{1,60}")
_PERIOD = re.compile(r"(\d+)\s*(years?|tahun|months?|bulan|weeks?|minggu|days?|hari)\b")
_H1 = re.compile(r"^#\s+(.+?)\s*#*\s*$")


@dataclass(frozen=True)
class Text:
    """The text of a course or module in one language: where it stands and what its front matter says."""

    path: str
    language: str
    title: str
    body: str
    body_line: int
    front: FrontMatter

    @property
    def summary(self) -> str:
        """Return the summary; empty when there is none."""
        return self.front.values.get("summary") or ""

    @property
    def audience(self) -> str:
        """Return for whom it is; empty when it does not say."""
        return self.front.values.get("audience") or ""

    @property
    def objectives(self) -> tuple[str, ...]:
        """Return what the learner can do afterwards."""
        return self.front.values.get("objectives") or ()


@dataclass(frozen=True)
class Module:
    """One module as it is written; `minutes` is None when the reading time is to be counted."""

    key: str
    minutes: int | None
    texts: Mapping[str, Text]


@dataclass(frozen=True)
class Course:
    """A course as it is written, in all its languages; nothing is checked against other courses yet.

    `module_keys` are those of all module files, also of such as cannot be read.
    """

    key: str
    language: str
    texts: Mapping[str, Text]
    hours: int
    form: str
    outcomes: tuple[Outcome, ...]
    valid_for: Period | None
    complete: Any
    enrolment: str
    modules: tuple[Module, ...]
    media: Mapping[str, Media]
    module_keys: tuple[str, ...]
    organiser: str = ""

    @property
    def front(self) -> FrontMatter:
        """Return the front matter of the main language."""
        return self.texts[self.language].front

    @property
    def path(self) -> str:
        """Return the path of the main course file."""
        return self.texts[self.language].path


def period(value: Any) -> Period:
    """Read a length of time: ``3 years``, ``18 bulan``, ``1 year 6 months``."""
    text = value.strip().lower() if isinstance(value, str) else ""
    parts = _PERIOD.findall(text)
    if not parts or _PERIOD.sub("", text).strip(" ,&+"):
        raise Wrong(Message("a time such as 3 years, 18 months or 90 days is needed."))
    sums = {"y": 0, "m": 0, "d": 0}
    for number, unit in parts:
        days = 7 if unit.startswith(("week", "minggu")) else 1
        sums[_UNITS.get(unit[:3], "d")] += int(number) * days
    if not any(sums.values()) or sums["y"] > 100 or sums["m"] > 1200 or sums["d"] > 36500:
        raise Wrong(Message("a time from 1 day to 100 years is needed."))
    return Period(sums["y"], sums["m"], sums["d"])


_UNITS = {"yea": "y", "tah": "y", "mon": "m", "bul": "m"}


def outcome(value: Any) -> Outcome:
    """Read one ``{competency: M.05, level: 2}``."""
    if not isinstance(value, dict):
        raise Wrong(Message("write {competency: M.05, level: 2}."))
    wrong = [
        Wrong(unknown_key(str(name), _OUTCOME_KEYS), (str(name),))
        for name in value
        if name not in _OUTCOME_KEYS
    ]
    read: dict[str, Any] = {}
    misspelt = bool(wrong)
    for name, reader in _OUTCOME_KEYS.items():
        if misspelt and value.get(name) is None:
            continue
        try:
            if value.get(name) is None:
                raise Wrong(
                    Message("%(key)s is missing; write {competency: M.05, level: 2}.", key=name)
                )
            read[name] = reader(value[name])
        except Wrong as error:
            wrong.append(Wrong(error.message, (name, *error.spot)))
    if wrong:
        raise Wrong(wrong[0].message, wrong[0].spot, wrong[1:])
    return Outcome(read["competency"], read["level"])


_OUTCOME_KEYS: dict[str, Callable[[Any], Any]] = {
    "competency": text_value,
    "level": whole_number(1, 5),
}


def _language(value: Any) -> str:
    if not isinstance(value, str) or not re.match(r"^[a-z]{2,3}$", value):
        raise Wrong(Message("a language code such as id or en is needed."))
    return value


def unit_code(value: Any) -> str:
    """Read the code of a unit: one word as HR writes it, such as DINKES."""
    if not isinstance(value, str) or not _UNIT_CODE.fullmatch(value.strip()):
        raise Wrong(Message("the code of a unit is needed, such as BKPSDM."))
    return value.strip()


def _complete(value: Any) -> Any:
    if not isinstance(value, dict | list | str) or not value:
        raise Wrong(Message("the rule is empty; write all: with - modules: all below it."))
    return value


COURSE_KEYS: dict[str, Key] = {
    "title": Key(text_value, required=True),
    "summary": Key(text_value, default=""),
    "language": Key(_language, default="id"),
    "hours": Key(whole_number(0, 1000), default=0),
    "form": Key(text_value, default=DEFAULT_FORM),
    "outcomes": Key(list_of(outcome), default=()),
    "valid_for": Key(period),
    "complete": Key(_complete, empty_is_wrong=True),
    "enrolment": Key(one_of(*ENROLMENTS), default="open"),
    "audience": Key(text_value, default=""),
    "organiser": Key(unit_code, default=""),
}
_TRANSLATED = ("title", "summary", "language", "audience")
_MODULE_KEYS: dict[str, Key] = {
    "title": Key(text_value),
    "summary": Key(text_value, default=""),
    "minutes": Key(whole_number(1, 600)),
    "objectives": Key(text_list, default=()),
}
_TRANSLATED_MODULE = ("title", "summary", "objectives")


def read_course(key: str, files: Mapping[str, bytes]) -> tuple[Course | None, list[Problem]]:
    """Read the course `key` from files by path (``courses/<key>/course.md`` ...).

    Returns
    -------
    tuple
        The course, or None when its main text cannot be read; and all problems and warnings.
    """
    reading = _Folder(key, files)
    course = reading.read()
    return course, reading.problems


class _Folder:
    """The reading of one course folder."""

    def __init__(self, key: str, files: Mapping[str, bytes]) -> None:
        self.key, self.folder = key, f"courses/{key}/"
        self.files = {
            path.removeprefix(self.folder): content
            for path, content in sorted(files.items())
            if path.startswith(self.folder)
        }
        self.problems: list[Problem] = []
        self.language = "id"

    def say(self, name: str, line: int, message: Message, *, warning: bool = False) -> None:
        self.problems.append(Problem(self.folder + name, line, message, warning))

    def read(self) -> Course | None:
        if not COURSE_KEY.match(self.key):
            self.say("course.md", 1, Message(
                "%(name)s is not a name for a course folder; use small letters, digits and -.",
                name=self.key))  # fmt: skip
        main = self._main()
        shown = dict(self._media())
        texts = dict(self._course_texts(main))
        modules = tuple(self._modules())
        self._unread()
        if main is None:
            return None
        if not modules:
            self.say("course.md", 1, Message("The course has no module; add a file 01-name.md."))
        values = main.front.values
        return Course(
            self.key, self.language, texts, values["hours"], values["form"], values["outcomes"],
            values["valid_for"], values["complete"], values["enrolment"], modules, shown, tuple(sorted(self._module_files())),
            values["organiser"],
        )  # fmt: skip

    def _main(self) -> Text | None:
        if "course.md" not in self.files:
            self.say(
                "course.md", 1, Message("The course has no course.md; it holds title and hours.")
            )
            return None
        decoded = self._decode("course.md")
        if decoded is None:
            return None
        front = read_front_matter(self.folder + "course.md", decoded, COURSE_KEYS)
        self.problems += front.problems
        self.language = front.values["language"]
        title = front.values["title"] or self.key
        return Text(self.folder + "course.md", self.language, title, front.body,
                    front.body_line, front)  # fmt: skip

    def _course_texts(self, main: Text | None) -> Iterator[tuple[str, Text]]:
        if main is not None:
            yield main.language, main
        for name in self.files:
            match = _COURSE_FILE.match(name)
            if match and match[1]:
                text = self._translation(name, match[1], COURSE_KEYS, _TRANSLATED, "course.md")
                if text is not None:
                    yield match[1], text

    def _translation(
        self, name: str, language: str, keys: Mapping[str, Key], own: tuple[str, ...], main: str
    ) -> Text | None:
        if language == self.language:
            self.say(name, 1, Message("%(language)s is the main language, whose text is %(main)s.",
                                      language=language, main=main))  # fmt: skip
            return None
        decoded = self._decode(name)
        if decoded is None:
            return None
        there = {
            key: Message("%(key)s belongs in %(main)s, once for all languages.", key=key, main=main)
            for key in keys
            if key not in own
        }
        schema = {key: Key(keys[key].read, default=keys[key].default) for key in own}
        front = read_front_matter(self.folder + name, decoded, schema, there)
        self.problems += front.problems
        return self._text(name, language, front)

    def _text(self, name: str, language: str, front: FrontMatter) -> Text:
        title, body, line = _title(front)
        if not title:
            title = name.partition(".")[0]
            if not any(problem.path.endswith("/" + name) for problem in self.problems):
                self.say(
                    name, 1, Message("The title is missing; write title: ... in the front matter.")
                )
        return Text(self.folder + name, language, title, body, line, front)

    def _module_files(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name in self.files:
            if match := _MODULE_FILE.match(name):
                found.setdefault(match[1], {})[match[2] or ""] = name
        return found

    def _modules(self) -> Iterator[Module]:
        numbers: dict[str, str] = {}
        for key, names in sorted(self._module_files().items()):
            number = key.partition("-")[0]
            if number in numbers:
                self.say(names.get("") or next(iter(names.values())), 1, Message(
                    "%(number)s is also the number of %(other)s; the order would be by name.",
                    number=number, other=numbers[number]), warning=True)  # fmt: skip
            numbers[number] = key
            module = self._module(key, names)
            if module is not None:
                yield module

    def _module(self, key: str, names: dict[str, str]) -> Module | None:
        texts: dict[str, Text] = {}
        main = names.pop("", None)
        minutes = None
        if main is None:
            name = next(iter(names.values()))
            self.say(name, 1, Message("%(main)s is missing; a translation needs the main text.",
                                      main=f"{key}.md"))  # fmt: skip
        else:
            decoded = self._decode(main)
            if decoded is not None:
                front = read_front_matter(self.folder + main, decoded, _MODULE_KEYS)
                self.problems += front.problems
                texts[self.language] = self._text(main, self.language, front)
                minutes = front.values["minutes"]
        for language, name in names.items():
            text = self._translation(name, language, _MODULE_KEYS, _TRANSLATED_MODULE, f"{key}.md")
            if text is not None:
                texts[language] = text
        return Module(key, minutes, texts) if self.language in texts else None

    def _decode(self, name: str) -> str | None:
        content = self.files[name]
        if len(content) > MAX_BYTES:
            self.say(
                name, 1, Message("The text is larger than 200 kB; divide it into several files.")
            )
            return None
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self.say(name, line, Message("The file is not UTF-8 text; save it as UTF-8."))
            return None
        if "\x00" in text or "\x02" in text or "\x03" in text:
            self.say(name, 1, Message("There is a control character in the text; take it out."))
            return None
        return text

    def _media(self) -> Iterator[tuple[str, Media]]:
        for name, content in self.files.items():
            if not media.is_media(name):
                continue
            found = media.media_problems(name, content)
            for line, message in found:
                self.say(name, line, message)
            shown = media.describe(name, content)
            if shown.mimetype.startswith("image/") and len(content) > media.HEAVY_IMAGE_BYTES:
                self.say(name, 1, Message(
                    "The picture has more than 500 kB, much for a slow link; make it smaller."),
                    warning=True)  # fmt: skip
            yield name, shown

    def _unread(self) -> None:
        for name in self.files:
            known = _MODULE_FILE.match(name) or _COURSE_FILE.match(name)
            if name.endswith(".md") and not known and re.match(r"^\d|^course", name):
                self.say(name, 1, Message(
                    "This file is not read; modules are named 01-name.md, with small letters, digits "
                    "and -."), warning=True)  # fmt: skip


def _title(front: FrontMatter) -> tuple[str, str, int]:
    """Return the title from front matter or from a first ``# `` heading, and the body without it."""
    lines = front.body.split("\n")
    first = next((place for place, line in enumerate(lines) if line.strip()), None)
    heading = _H1.match(lines[first]) if first is not None else None
    title = front.values.get("title")
    if heading is None or first is None or (title and title != heading[1]):
        return title or "", front.body, front.body_line
    return title or heading[1], "\n".join(lines[first + 1 :]), front.body_line + first + 1
