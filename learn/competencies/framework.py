"""The competency framework: competencies with levels, classes of post with required levels.

Source: Peraturan Menteri PANRB 38/2017; the figures stand in ``data/``, with how sure each is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from learn.competencies.reading import Bilingual, Data, read_data, refuse, twice
from learn.errors import Message, NotFound

DATA = Path(__file__).resolve().parent / "data"
LOWEST, HIGHEST = 1, 5

LevelNumber = Annotated[int, Field(ge=LOWEST, le=HIGHEST)]
Confidence = Literal["high", "medium", "low"]


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
    """One competency with its levels, lowest first."""

    code: str
    kind: Literal["managerial", "sociocultural", "technical"]
    names: Bilingual
    definitions: Bilingual
    levels: tuple[Level, ...]
    aliases: tuple[str, ...] = ()

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


@dataclass(frozen=True)
class About(Data):
    """Which framework this is and what it rests on."""

    version: str
    regulation: str
    note: Bilingual


@dataclass(frozen=True)
class _Competencies(Data):
    meta: About
    level_names: Mapping[LevelNumber, Bilingual]
    competencies: tuple[Competency, ...]


@dataclass(frozen=True)
class _Posts(Data):
    posts: tuple[PostClass, ...]
    bands: Bands


@dataclass(frozen=True)
class Framework:
    """All competencies and classes of post that are in force."""

    about: About
    level_names: Mapping[int, Bilingual]
    competencies: tuple[Competency, ...]
    posts: tuple[PostClass, ...]
    bands: Bands

    @cached_property
    def _by_code(self) -> dict[str, Competency]:
        return {
            code.casefold(): each
            for each in self.competencies
            for code in (*each.aliases, each.code)
        }

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


@lru_cache(maxsize=4)
def load_framework(folder: Path = DATA) -> Framework:
    """Return the framework of `framework.yaml` and `posts.yaml` in `folder`, read once.

    Raises
    ------
    InvalidData
        A file is missing or wrong; every problem names path and key.
    """
    path, posts_path = folder / "framework.yaml", folder / "posts.yaml"
    core, posts = read_data(path, _Competencies), read_data(posts_path, _Posts)
    framework = Framework(core.meta, core.level_names, core.competencies, posts.posts, posts.bands)
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
