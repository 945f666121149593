"""Read reference data (YAML) into frozen dataclasses; a mistake is told with path and key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeVar

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError

from learn.errors import LearnError, Message

T = TypeVar("T")


class InvalidData(LearnError):
    """Reference data is not what it should be; `problems` holds every mistake that was found."""

    status = 500
    code = "invalid-data"

    def __init__(self, problems: tuple[Message, ...]) -> None:
        super().__init__(problems[0])
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class Data:
    """What reference data is made of: dataclasses that refuse unknown keys."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Bilingual(Data):
    """One text in Indonesian and in English."""

    id: str
    en: str

    def text(self, language: str) -> str:
        """Return the text in English for "en", "en_GB" ..., in Indonesian for any other language.

        Where one of the two is not written yet, the other stands for it.
        """
        return (self.en or self.id) if language[:2].lower() == "en" else (self.id or self.en)


def read_data(path: Path, kind: type[T]) -> T:
    """Return the content of the YAML file as a `kind`.

    Raises
    ------
    InvalidData
        The file is missing, is not YAML, or has an unknown, missing or ill-formed key.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(kind).validate_python(content)
    except ValidationError as error:
        places = [(".".join(map(str, each["loc"])), each["msg"]) for each in error.errors()]
        raise InvalidData(_problems(path, places)) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidData(_problems(path, [("", str(error))])) from error


def refuse(path: Path, mistakes: Iterable[tuple[str, str]]) -> None:
    """Raise `InvalidData` if there are mistakes (key, what is wrong) that only the whole shows."""
    problems = _problems(path, mistakes)
    if problems:
        raise InvalidData(problems)


def twice(keys: Iterable[str]) -> list[str]:
    """Return the keys that stand more than once, in their order."""
    seen: set[str] = set()
    return [key for key in keys if key in seen or seen.add(key)]  # type: ignore[func-returns-value]


def _problems(path: Path, mistakes: Iterable[tuple[str, str]]) -> tuple[Message, ...]:
    return tuple(
        Message("%(path)s, key %(key)s: %(wrong)s", path=str(path), key=key or "-", wrong=wrong)
        for key, wrong in mistakes
    )
