"""The competency framework: competencies with levels, classes of post with required levels.

Source: Peraturan Menteri PANRB 38/2017; the figures stand in ``data/``, with how sure each is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from learn.competencies.reading import Bilingual, Data, read_data, refuse, twice
from learn.errors import Message, NotFound

DATA = Path(__file__).resolve().parents[1] / "data"
LOWEST, HIGHEST = 1, 5

LevelNumber = Annotated[int, Field(ge=LOWEST, le=HIGHEST)]
Confidence = Literal["high", "medium", "low"]
Kind = Literal["managerial", "sociocultural", "technical"]


class UnknownCompetency(NotFound):
    """No competency has this code or alias."""

    code = "unknown-competency"


@dataclass(frozen=True)
class Mandatory(Data):
    """Evidence that level `level` cannot do without: a valid piece earned on `source`."""

    level: LevelNumber
    source: str


@dataclass(frozen=True)
class Level(Data):
    """One of the five levels of a competency."""

    level: LevelNumber
    descriptors: Bilingual
    mandatory: tuple[str, ...] = ()  # courses without which the level is not reached

    def descriptor(self, language: str) -> str:
        """Return what a person at this level does."""
        return self.descriptors.text(language)


@dataclass(frozen=True)
class Competency(Data):
    """One competency with its levels, lowest first.

    A technical one may belong to a unit, named by its code; `source` says whose wording the texts are,
    where they are not our own.
    """

    code: str
    kind: Kind
    names: Bilingual
    definitions: Bilingual
    levels: tuple[Level, ...]
    aliases: tuple[str, ...] = ()
    unit: str = ""
    source: str = ""

    def name(self, language: str) -> str:
        """Return the name without its code."""
        return self.names.text(language)

    def definition(self, language: str) -> str:
        """Return what the competency means."""
        return self.definitions.text(language)

    def level(self, number: int) -> Level:
        """Return level `number`, from 1 to 5."""
        return self.levels[number - LOWEST]

    @property
    def mandatory(self) -> tuple[Mandatory, ...]:
        """The evidence that its levels name as mandatory."""
        return tuple(
            Mandatory(each.level, source) for each in self.levels for source in each.mandatory
        )


@dataclass(frozen=True)
class Succession(Data):
    """Evidence on the code `old`, which is no longer in force, counts under `new`.

    It counts at its own level, or as `levels` says; 0 is not at all.
    """

    old: str
    new: str
    levels: Mapping[LevelNumber, Annotated[int, Field(ge=0, le=HIGHEST)]] = field(
        default_factory=dict
    )

    def level(self, level: int) -> int:
        """Return at which level of the new competency a piece at `level` of the old one counts."""
        return self.levels.get(level, level)


@dataclass(frozen=True)
class PostClass(Data):
    """A class of post with the level that it usually requires."""

    code: str
    family: Literal["JPT", "JA", "JF"]
    names: Bilingual
    required_level: LevelNumber
    confidence: Confidence
    levels: Mapping[str, LevelNumber] = field(default_factory=dict)  # where it differs, by code

    def name(self, language: str) -> str:
        """Return the name of the class."""
        return self.names.text(language)


@dataclass(frozen=True)
class Band(Data):
    """A range of the job-person match, from `minimum_percent` up to the next band."""

    key: str
    minimum_percent: Annotated[int, Field(ge=0, le=100)]
    labels: Bilingual

    def label(self, language: str) -> str:
        """Return the official label."""
        return self.labels.text(language)


@dataclass(frozen=True)
class Bands(Data):
    """The two sets of bands, each highest first: for selection or promotion, and for mapping."""

    selection: tuple[Band, ...]
    mapping: tuple[Band, ...]
    source: str = ""
    confidence: Confidence = "medium"


@dataclass(frozen=True)
class About(Data):
    """Which framework this is and what it rests on."""

    version: str
    regulation: str
    note: Bilingual
    title: str = ""


@dataclass(frozen=True)
class _Competencies(Data):
    meta: About
    level_names: Mapping[LevelNumber, Bilingual]
    competencies: tuple[Competency, ...]
    level_source: str = ""
    level_confidence: Confidence = "low"


@dataclass(frozen=True)
class _Posts(Data):
    posts: tuple[PostClass, ...]
    bands: Bands
    source: str = ""


@dataclass(frozen=True)
class Framework:
    """A version: competencies and classes of post, and what became of codes of earlier versions.

    `level_source` says where the names of levels stand, `post_source` where the usual levels of classes
    of post do. `retired` competencies are no longer in force; records on them stay readable by their code.
    """

    about: About
    level_names: Mapping[int, Bilingual]
    competencies: tuple[Competency, ...]
    posts: tuple[PostClass, ...]
    bands: Bands
    retired: tuple[Competency, ...] = ()
    successions: tuple[Succession, ...] = ()
    level_source: str = ""
    level_confidence: Confidence = "low"
    post_source: str = ""

    @cached_property
    def _by_code(self) -> dict[str, Competency]:
        named = [*self.retired, *self.competencies]  # what is in force wins
        by_alias = {alias.casefold(): each for each in named for alias in each.aliases}
        return {**by_alias, **{each.code.casefold(): each for each in named}}

    @cached_property
    def _in_force(self) -> frozenset[str]:
        return frozenset(each.code for each in self.competencies)

    @cached_property
    def _post_by_code(self) -> dict[str, PostClass]:
        return {post.code: post for post in self.posts}

    @property
    def version(self) -> str:
        """The version that evidence and plans name."""
        return self.about.version

    def find(self, code: str) -> Competency | None:
        """Return the competency of this code or alias, whatever its case, or None."""
        return self._by_code.get(code.strip().casefold())

    def competency(self, code: str) -> Competency:
        """Return the competency of this code or alias.

        Raises
        ------
        UnknownCompetency
            There is none; the message names the nearest code.
        """
        found = self.find(code)
        if found is None:
            raise UnknownCompetency(self._unknown(code))
        return found

    def is_in_force(self, code: str) -> bool:
        """Return whether this very code is one of the competencies in force."""
        return code in self._in_force

    def no_longer(self, code: str) -> Message | None:
        """Return the sentence about a code that is no longer in force; None for one that is."""
        found = self.competency(code)
        if self.is_in_force(found.code):
            return None
        new = ", ".join(sorted(self.counts_as(found.code, HIGHEST)))
        if not new:
            return Message("The competency %(code)s is no longer in force.", code=found.code)
        return Message(
            "The competency %(code)s is no longer in force; use %(new)s.", code=found.code, new=new
        )

    def no_longer_or_unknown(self, code: str) -> Message:
        """Return the sentence about a code that is not in force: it was once, or it never was."""
        if self.find(code) is None:
            return self._unknown(code)
        return self.no_longer(code) or Message("Write the code %(code)s.", code=self.competency(code).code)  # fmt: skip

    def counts_as(self, code: str, level: int) -> dict[str, int]:
        """Return under which codes in force evidence at `level` of `code` counts, each with its level.

        A code in force counts as itself; an earlier one as its successors say, over several versions
        too. The dict is empty for what counts nowhere any more.
        """
        found: dict[str, int] = {}
        waiting, seen = [(code, level)], set[tuple[str, int]]()
        while waiting:
            here = waiting.pop()
            if here in seen or here[1] < LOWEST:
                continue
            seen.add(here)
            if self.is_in_force(here[0]):
                found[here[0]] = max(found.get(here[0], 0), here[1])
                continue
            waiting += [(each.new, each.level(here[1])) for each in self.successors(here[0])]
        return found

    def successors(self, code: str) -> tuple[Succession, ...]:
        """Return what evidence on an earlier code counts under, one step on."""
        return tuple(each for each in self.successions if each.old == code)

    def codes_read_for(self, code: str) -> tuple[str, ...]:
        """Return `code` and every earlier code whose evidence counts under it."""
        found = [code]
        for each in found:  # it grows while it is read
            found += [s.old for s in self.successions if s.new == each and s.old not in found]
        return tuple(found)

    def post(self, code: str) -> PostClass | None:
        """Return the class of post of this code, or None."""
        return self._post_by_code.get(code)

    def level_name(self, level: int, language: str) -> str:
        """Return what level `level` is called ("Dasar"); level 0 has no name."""
        found = self.level_names.get(level)
        return found.text(language) if found else ""

    def required_level(self, post_class_code: str, competency_code: str) -> int | None:
        """Return the level that the post requires, or None where it requires none."""
        post, competency = self.post(post_class_code), self.find(competency_code)
        if post is None or competency is None:
            return None
        if not self.is_in_force(competency.code):
            return None
        usual = None if competency.kind == "technical" else post.required_level
        return post.levels.get(competency.code, usual)

    def required_levels(self, post_class_code: str) -> dict[str, int]:
        """Return the required level by code of each competency, in the framework's order."""
        levels = (
            (each.code, self.required_level(post_class_code, each.code))
            for each in self.competencies
        )
        return {code: level for code, level in levels if level is not None}

    def _unknown(self, code: str) -> Message:
        near = get_close_matches(code.strip().casefold(), self._by_code, n=1)
        if near:
            return Message(
                "There is no competency %(code)s; did you mean %(near)s?",
                code=code,
                near=self._by_code[near[0]].code,
            )
        return Message(
            "There is no competency %(code)s; the codes are %(codes)s.",
            code=code,
            codes=", ".join(each.code for each in self.competencies),
        )


# What else knows the version in force: the web by its request (see `learn.web.framework_here`).
_providers: list[Callable[[], Framework | None]] = []
_chosen: ContextVar[Framework | None] = ContextVar("learn_framework", default=None)


def load_framework(folder: Path | None = None) -> Framework:
    """Return the version in force here; with a `folder`, the one of its files.

    In a request it is that of the request's database at its moment; in a command or a job the one that
    `use_framework` named; where nobody said anything, the one that ships.
    """
    if folder is not None:
        return read_framework(folder)
    for provider in _providers:
        found = provider()
        if found is not None:
            return found
    return _chosen.get() or read_framework(DATA)


def shipped_framework() -> Framework:
    """Return the framework that ships: version 1 of every installation."""
    return read_framework(DATA)


def use_framework(framework: Framework | None) -> None:
    """Let `load_framework` return this one from now on, in this thread or task; None: the shipped one."""
    _chosen.set(framework)


def provide_framework(provider: Callable[[], Framework | None]) -> None:
    """Register what knows the version in force in its own surroundings, and returns None elsewhere."""
    if provider not in _providers:
        _providers.append(provider)


@lru_cache(maxsize=4)
def read_framework(folder: Path) -> Framework:
    """Return the framework of `framework.yaml` and `posts.yaml` in `folder`, read once.

    Raises
    ------
    InvalidData
        A file is missing or wrong; every problem names path and key.
    """
    path, posts_path = folder / "framework.yaml", folder / "posts.yaml"
    core, posts = read_data(path, _Competencies), read_data(posts_path, _Posts)
    framework = Framework(
        core.meta, core.level_names, core.competencies, posts.posts, posts.bands,
        level_source=core.level_source, level_confidence=core.level_confidence,
        post_source=posts.source,
    )  # fmt: skip
    refuse(path, _competency_mistakes(core))
    refuse(posts_path, _post_mistakes(framework))
    return framework


def _competency_mistakes(core: _Competencies) -> Iterator[tuple[str, str]]:
    levels = list(range(LOWEST, HIGHEST + 1))
    if sorted(core.level_names) != levels:
        yield "level_names", "every level from 1 to 5 needs a name"
    for each in core.competencies:
        if [level.level for level in each.levels] != levels:
            yield f"competencies.{each.code}.levels", "must be the levels 1, 2, 3, 4, 5 in order"
    codes = [code.casefold() for each in core.competencies for code in (each.code, *each.aliases)]
    for code in twice(codes):
        yield "competencies", f"code or alias {code} stands twice"


def _post_mistakes(framework: Framework) -> Iterator[tuple[str, str]]:
    for code in twice(post.code for post in framework.posts):
        yield "posts", f"code {code} stands twice"
    known = {each.code for each in framework.competencies}
    for post in framework.posts:
        for code in sorted(set(post.levels) - known):
            yield f"posts.{post.code}.levels.{code}", "is the code of no competency"
    for name, bands in (
        ("selection", framework.bands.selection),
        ("mapping", framework.bands.mapping),
    ):
        bounds = [band.minimum_percent for band in bands]
        if bounds != sorted(set(bounds), reverse=True) or bounds[-1:] != [0]:
            yield f"bands.{name}", "lower bounds must fall from band to band and end with 0"
