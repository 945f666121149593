"""The forms of competency development, how hours (JP) are counted for each, and the yearly duty.

Source: Peraturan LAN 10/2018 and 15/2020; the figures stand in ``data/``, with how sure each is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from learn.competencies.reading import Bilingual, Data, read_data, refuse, twice
from learn.errors import Message, NotFound
from learn.hours.measures import Measure, Measures, read_measures

DATA = Path(__file__).resolve().parent / "data" / "forms.yaml"

Count = Annotated[int, Field(ge=1)]
Component = Literal["qualification", "leadership", "functional", "technical", "seminar"]
Flag = Literal["T", "F", "P"]
Confidence = Literal["high", "medium", "low"]


class UnknownForm(NotFound):
    """No form of development has this code."""

    code = "unknown-form"


@dataclass(frozen=True)
class ProgramHours(Data):
    """JP declared by the course or certificate, else by the clock where the form allows it."""

    mode: Literal["program"]
    fallback_minutes_per_jp: Count | None = None


@dataclass(frozen=True)
class ClockHours(Data):
    """JP by the minutes of each day, capped; `declared_first`: JP on the certificate win."""

    mode: Literal["clock"]
    minutes_per_jp: Count
    cap_per_day: Count
    declared_first: bool = False


@dataclass(frozen=True)
class SessionHours(Data):
    """JP for each session, capped per day."""

    mode: Literal["per_session"]
    jp_per_unit: Count
    cap_per_day: Count


@dataclass(frozen=True)
class DayHours(Data):
    """JP for each day, capped per event."""

    mode: Literal["per_day"]
    jp_per_unit: Count
    cap_per_event: Count


@dataclass(frozen=True)
class SemesterHours(Data):
    """JP for each semester, capped per year."""

    mode: Literal["per_semester"]
    jp_per_unit: Count
    cap_per_year: Count


@dataclass(frozen=True)
class FlatHours(Data):
    """A fixed number of JP for an event that is long enough; `pro_rata` gives a shorter one its part."""

    mode: Literal["flat"]
    jp: Count
    minimum_duration_days: Count = 1
    pro_rata: bool = False


@dataclass(frozen=True)
class ManualHours(Data):
    """JP entered by the applicant and approved by the verifier."""

    mode: Literal["manual"]
    requires_approval: bool = True


Hours = Annotated[
    ProgramHours | ClockHours | SessionHours | DayHours | SemesterHours | FlatHours | ManualHours,
    Field(discriminator="mode"),
]


# what the modes are called in the data, with the figures of each
MODES: Mapping[str, type[Any]] = {
    "program": ProgramHours,
    "clock": ClockHours,
    "per_session": SessionHours,
    "per_day": DayHours,
    "per_semester": SemesterHours,
    "flat": FlatHours,
    "manual": ManualHours,
}


@dataclass(frozen=True)
class Form(Data):
    """One form of development, with its codes for the national systems.

    `evidence` are keys of `Forms.evidence_kinds`; `ip_asn_component` is the part of the
    professionalism index (IP-ASN) that it counts for.
    """

    code: str
    group: Literal["formal", "classical", "nonclassical"]
    names: Bilingual
    definitions: Bilingual
    siasn_jenis_diklat_id: int | None
    siasn_flag: Flag | None
    ip_asn_component: Component
    jp: Hours
    confidence: Confidence
    evidence: tuple[str, ...]
    source: str = ""  # of the JP figures, where HR changed them

    def name(self, language: str) -> str:
        """Return the name of the form."""
        return self.names.text(language)

    def definition(self, language: str) -> str:
        """Return what the form is."""
        return self.definitions.text(language)


@dataclass(frozen=True)
class Obligation(Data):
    """What a kind of employee owes: at least or at most `jp`, or only the duty to keep learning."""

    kind: Literal["PNS", "PPPK", "ASN"]
    rule: Literal["at_least", "at_most", "duty"]
    jp: Count | None
    per: Literal["calendar_year", "contract_year"]
    basis: str
    except_posts: tuple[str, ...] = ()


@dataclass(frozen=True)
class About(Data):
    """Which set of forms this is and what it rests on."""

    version: str
    regulation: str


@dataclass(frozen=True)
class Earlier(Data):
    """Measures as they stood until a moment."""

    until: datetime
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class Forms(Data):
    """All forms, obligations and measures that are in force; `earlier` measures in the order of time."""

    meta: About
    minutes_per_jp: Count
    obligations: tuple[Obligation, ...]
    evidence_kinds: Mapping[str, Bilingual]
    forms: tuple[Form, ...]
    measures: tuple[Measure, ...] = ()
    earlier: tuple[Earlier, ...] = ()

    @cached_property
    def by_measure(self) -> Measures:
        """Return the measures by their keys."""
        return {measure.key: measure for measure in self.measures}

    def measure(self, key: str, at: datetime | None = None) -> Measure:
        """Return a measure of the data; as it stood `at` a moment, where one is named.

        Raises
        ------
        KeyError
            There is none: its key is one of ours, so the program is wrong.
        """
        then = next((each for each in self.earlier if at is not None and at < each.until), None)
        if then is None:
            return self.by_measure[key]
        return next(each for each in then.measures if each.key == key)

    def class_of(self, key: str, value: float, at: datetime | None) -> Bilingual:
        """Return the class of a value by the bounds of a measure as they stood at a moment."""
        found = self.measure(key, at=at)
        return found.classes[found.class_of(value)]

    def codes_for(self, component: Component) -> frozenset[str]:
        """Return the codes of the forms that count for a component of the professionalism index."""
        return frozenset(form.code for form in self.forms if form.ip_asn_component == component)

    @cached_property
    def _by_code(self) -> dict[str, Form]:
        return {form.code: form for form in self.forms}

    def find(self, code: str) -> Form | None:
        """Return the form of this code, whatever its case, or None."""
        return self._by_code.get(code.strip().upper())

    def form(self, code: str) -> Form:
        """Return the form of this code.

        Raises
        ------
        UnknownForm
            There is none; the message names the nearest code.
        """
        found = self.find(code)
        if found is None:
            raise UnknownForm(self._unknown(code))
        return found

    def obligation(self, kind: str, post_class: str | None = None) -> Obligation:
        """Return what an employee of this kind in this class of post owes.

        Whoever has no rule of their own, or is excepted from it, owes the general duty.
        """
        general = next(each for each in self.obligations if each.rule == "duty")
        own = next((each for each in self.obligations if each.kind == kind), general)
        return general if post_class in own.except_posts else own

    def evidence_name(self, key: str, language: str) -> str:
        """Return what a kind of evidence is called."""
        return self.evidence_kinds[key].text(language)

    def _unknown(self, code: str) -> Message:
        near = get_close_matches(code.strip().upper(), self._by_code, n=1) or ["NKL03"]
        return Message(
            "There is no form of development %(code)s; did you mean %(near)s?",
            code=code,
            near=near[0],
        )


# What else knows the figures in force: the web by its request (see `learn.web.figures_here`).
_providers: list[Callable[[], Forms | None]] = []
_chosen: ContextVar[Forms | None] = ContextVar("learn_forms", default=None)


def load_forms(path: Path | None = None) -> Forms:
    """Return the forms and obligations in force here; with a `path`, those of its file.

    In a request they have the figures of the request's database; in a command or a job those that
    `use_forms` named; where nobody said anything, those that ship.
    """
    if path is not None:
        return read_forms(path)
    for provider in _providers:
        found = provider()
        if found is not None:
            return found
    return _chosen.get() or read_forms(DATA)


def shipped_forms() -> Forms:
    """Return the forms and obligations that ship."""
    return read_forms(DATA)


def use_forms(forms: Forms | None) -> None:
    """Let `load_forms` return these from now on, in this thread or task; None: those that ship."""
    _chosen.set(forms)


def provide_forms(provider: Callable[[], Forms | None]) -> None:
    """Register what knows the figures in force in its own surroundings, and returns None elsewhere."""
    if provider not in _providers:
        _providers.append(provider)


@lru_cache(maxsize=4)
def read_forms(path: Path) -> Forms:
    """Return the forms and obligations of the file, read once.

    Raises
    ------
    InvalidData
        The file is missing or wrong; every problem names path and key.
    """
    forms = read_data(path, Forms)
    refuse(path, _mistakes(forms))
    return replace(forms, measures=read_measures())


def _mistakes(forms: Forms) -> Iterator[tuple[str, str]]:
    for code in twice(form.code for form in forms.forms):
        yield "forms", f"code {code} stands twice"
    for form in forms.forms:
        for key in form.evidence:
            if key not in forms.evidence_kinds:
                yield f"forms.{form.code}.evidence", f"{key} is not among evidence_kinds"
    yield from _obligation_mistakes(forms.obligations)


def _obligation_mistakes(obligations: tuple[Obligation, ...]) -> Iterator[tuple[str, str]]:
    for kind in twice(each.kind for each in obligations):
        yield "obligations", f"kind {kind} stands twice"
    if not any(each.rule == "duty" for each in obligations):
        yield "obligations", "the general duty (rule: duty) is missing"
    for each in obligations:
        if (each.jp is None) != (each.rule == "duty"):
            yield f"obligations.{each.kind}.jp", "is needed for every rule but duty, and not there"
