"""Changes of a draft: pure functions from a version to another one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from learn.competencies.framework.catalogue import (
    Bands,
    Competency,
    Confidence,
    Framework,
    Level,
    Succession,
)
from learn.competencies.framework.rules import LEVELS, code_message, is_code
from learn.competencies.reading import Bilingual
from learn.errors import Conflict, Invalid, Message, NotFound

EMPTY = Bilingual("", "")


def new_competency(code: str) -> Competency:
    """Return a technical competency with nothing written yet."""
    return Competency(code, "technical", EMPTY, EMPTY, tuple(Level(n, EMPTY) for n in LEVELS))


def in_force(framework: Framework, code: str) -> Competency:
    """Return the competency in force with exactly this code.

    Raises
    ------
    NotFound
        There is none.
    """
    found = next((each for each in framework.competencies if each.code == code), None)
    if found is None:
        raise NotFound(Message("There is no competency with the code %(code)s.", code=code[:40]))
    return found


def retired(framework: Framework, code: str) -> Competency:
    """Return the competency of this code that is no longer in force.

    Raises
    ------
    NotFound
        There is none.
    """
    found = next((each for each in framework.retired if each.code == code), None)
    if found is None:
        raise NotFound(Message("There is no competency with the code %(code)s.", code=code[:40]))
    return found


def added(framework: Framework, competency: Competency) -> Framework:
    """Return the version with one more competency, at the end.

    Raises
    ------
    Invalid, Conflict
        The code is none; it was used already, maybe by an earlier version.
    """
    _refuse_code(framework, competency.code)
    return replace(framework, competencies=(*framework.competencies, competency))


def changed(framework: Framework, competency: Competency) -> Framework:
    """Return the version with this competency in place of the one with its code."""
    in_force(framework, competency.code)
    return replace(
        framework,
        competencies=tuple(
            competency if each.code == competency.code else each for each in framework.competencies
        ),
    )


def renamed(framework: Framework, code: str, new: str, *, published: Collection[str]) -> Framework:
    """Return the version in which a competency has another code; what it had before counts under it.

    A code that was never published leaves no trace.
    """
    found = in_force(framework, code)
    _refuse_code(framework, new)
    competencies = tuple(
        replace(each, code=new) if each.code == code else each for each in framework.competencies
    )
    moved = replace(framework, competencies=competencies)
    successions = tuple(
        replace(each, new=new) if each.new == code else each for each in framework.successions
    )
    if code not in published:
        return replace(moved, successions=successions)
    return replace(
        moved,
        retired=(*framework.retired, replace(found, aliases=())),
        successions=(*framework.successions, Succession(code, new)),
    )


def without(
    framework: Framework,
    code: str,
    successors: Sequence[Succession] = (),
    *,
    published: Collection[str],
) -> Framework:
    """Return the version in which a competency is no longer in force, with what it counts as now.

    A code that was never published is gone altogether.
    """
    found = in_force(framework, code)
    left = tuple(each for each in framework.competencies if each.code != code)
    if code not in published:
        kept = tuple(each for each in framework.successions if each.new != code)
        return replace(framework, competencies=left, successions=kept)
    version = replace(framework, competencies=left, retired=(*framework.retired, found))
    return with_successors(version, code, successors)


def with_successors(framework: Framework, code: str, successors: Sequence[Succession]) -> Framework:
    """Return the version in which evidence on an earlier code counts as `successors` say."""
    retired(framework, code)
    kept = tuple(each for each in framework.successions if each.old != code)
    return replace(framework, successions=(*kept, *successors))


def back(framework: Framework, code: str) -> Framework:
    """Return the version in which an earlier competency is in force again, under its own code."""
    found = retired(framework, code)
    return replace(
        framework,
        competencies=(*framework.competencies, found),
        retired=tuple(each for each in framework.retired if each.code != code),
        successions=tuple(each for each in framework.successions if each.old != code),
    )


def with_level_names(
    framework: Framework, names: Mapping[int, Bilingual], source: str, confidence: Confidence
) -> Framework:
    """Return the version with other names of the levels, and where they stand."""
    return replace(
        framework, level_names=dict(names), level_source=source, level_confidence=confidence
    )


def with_bands(framework: Framework, bands: Bands) -> Framework:
    """Return the version with other bands of the job-person match."""
    return replace(framework, bands=bands)


def codes_of(framework: Framework) -> frozenset[str]:
    """Return all codes of a version, in force or not."""
    return frozenset(each.code for each in (*framework.competencies, *framework.retired))


def from_earlier(earlier: Framework, newest: Framework) -> Framework:
    """Return an earlier version as it can follow the newest one: no code that was published is lost.

    Codes that came later are retired; where one had merely taken the place of a code that is in force
    again, its evidence counts under that one.
    """
    active = {each.code for each in earlier.competencies}
    later = tuple(
        each
        for each in (*newest.competencies, *newest.retired)
        if each.code not in active and each.code not in codes_of(earlier)
    )
    gone = {each.code for each in later}
    returned = tuple(
        Succession(each.new, each.old)
        for each in newest.successions
        if each.old in active and each.new in gone and not each.levels
    )
    onward = tuple(
        each for each in newest.successions
        if each.old in gone and each.new not in gone | {s.old for s in returned}
    )  # fmt: skip
    return replace(
        earlier,
        retired=(*earlier.retired, *later),
        successions=(*earlier.successions, *returned, *onward),
    )


def _refuse_code(framework: Framework, code: str) -> None:
    if not is_code(code):
        raise Invalid(code_message(code))
    if code in codes_of(framework):
        raise Conflict(
            Message("The code %(code)s is taken, or was taken by an earlier version.", code=code)
        )
    other = framework.find(code)
    if other is not None:
        told = Message(
            "%(code)s is another name of %(other)s already.", code=code, other=other.code
        )
        raise Conflict(told)
