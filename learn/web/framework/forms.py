"""The forms of the framework: a competency with its levels, codes, bands, publishing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wtforms import DateField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from learn.competencies.framework.catalogue import Band, Bands, Competency, Kind, Level
from learn.competencies.framework.rules import (
    CODE_CHARS,
    LEVELS,
    NAME_CHARS,
    SOURCE_CHARS,
    TEXT_CHARS,
    tidy_code,
    tidy_text,
)
from learn.competencies.reading import Bilingual
from learn.competencies.requirements.reading import CONFIDENCES
from learn.errors import Message
from learn.web.forms import Form
from learn.web.i18n import _, say

KINDS: Mapping[Kind, Message] = {
    "managerial": Message("Managerial"),
    "sociocultural": Message("Sociocultural"),
    "technical": Message("Technical"),
}
CONFIDENCE_NAMES: Mapping[str, Message] = {
    "high": Message("High"),
    "medium": Message("Medium: to be confirmed"),
    "low": Message("Low: to be confirmed"),
}


def _tidy(text: Any) -> Any:
    return tidy_text(text) if text else ""


def _line(most: int, *, needed: bool = False) -> Any:
    validators: list[Any] = [InputRequired()] if needed else [Optional()]
    return StringField(validators=[*validators, Length(max=most)], filters=[_tidy])


def _lines(most: int, *, needed: bool = False) -> Any:
    validators: list[Any] = [InputRequired()] if needed else [Optional()]
    return TextAreaField(validators=[*validators, Length(max=most)], filters=[_tidy])


class DraftForm(Form):
    """A form whose fields have their names and hints from `words`."""

    based_on = HiddenField(validators=[Length(max=64)])

    def __init__(self, formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        for name, (label, hint) in self.words().items():
            field: Field | None = self._fields.get(name)
            if field is not None:
                field.label.text, field.description = label, hint

    def words(self) -> dict[str, tuple[str, str]]:
        """Return label and hint of each field."""
        return {}

    def refuse(self, name: str, told: Message) -> None:
        """Say what is wrong with a field, or with the whole."""
        field: Field | None = self._fields.get(name)
        if field is None:
            self.form_errors.append(say(told))
        else:
            field.errors = [*field.errors, say(told)]


class CompetencyForm(DraftForm):
    """A competency; its levels are fields by number."""

    kind = SelectField()
    unit = _line(60)
    name_id = _line(NAME_CHARS, needed=True)
    name_en = _line(NAME_CHARS)
    definition_id = _lines(TEXT_CHARS)
    definition_en = _lines(TEXT_CHARS)
    aliases = _line(TEXT_CHARS)
    source = _line(SOURCE_CHARS)

    def __init__(self, formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.kind.choices = [(kind, say(name)) for kind, name in KINDS.items()]

    def words(self) -> dict[str, tuple[str, str]]:
        """Return label and hint of each field."""
        found = {
            "kind": (_("Kind"), ""),
            "unit": (_("Code of the unit"), _("Of a technical competency: whose it is. Empty: of all.")),
            "name_id": (_("Name (Indonesian)"), ""), "name_en": (_("Name (English)"), ""),
            "definition_id": (_("Definition (Indonesian)"), ""),
            "definition_en": (_("Definition (English)"), ""),
            "aliases": (_("Other names"), _("What courses may write instead of the code, with | between.")),
            "source": (_("Source of the wording"), _("Where the official wording stands. Empty: our own words.")),
            "code": (_("Code"), _("Capitals and digits with dots between, such as T.DUKCAPIL.01.")),
        }  # fmt: skip
        for level in LEVELS:
            found |= {
                f"descriptor_id_{level}": (_("Level %(level)s (Indonesian)", level=level), ""),
                f"descriptor_en_{level}": (_("Level %(level)s (English)", level=level), ""),
                f"mandatory_{level}": (
                    _("Level %(level)s: mandatory evidence", level=level),
                    _("Keys of courses, with commas between. Without them the level is not reached."),
                ),
            }  # fmt: skip
        return found

    def level_fields(self, level: int) -> list[Field]:
        """Return the fields of a level."""
        return [self[f"{name}_{level}"] for name in ("descriptor_id", "descriptor_en", "mandatory")]


for _level in LEVELS:
    setattr(CompetencyForm, f"descriptor_id_{_level}", _lines(TEXT_CHARS))
    setattr(CompetencyForm, f"descriptor_en_{_level}", _lines(TEXT_CHARS))
    setattr(CompetencyForm, f"mandatory_{_level}", _line(TEXT_CHARS))


class NewCompetencyForm(CompetencyForm):
    """A competency that is added, with its code."""

    code = StringField(
        validators=[InputRequired(), Length(max=CODE_CHARS)], filters=[lambda text: tidy_code(text or "")]
    )  # fmt: skip


class CodeForm(DraftForm):
    """Another code for a competency."""

    code = StringField(
        validators=[InputRequired(), Length(max=CODE_CHARS)], filters=[lambda text: tidy_code(text or "")]
    )  # fmt: skip

    def words(self) -> dict[str, tuple[str, str]]:
        """Return label and hint of each field."""
        hint = _("Evidence on the code so far counts under the new one; nothing is changed in it.")
        return {"code": (_("New code"), hint)}


class SuccessorsForm(DraftForm):
    """What evidence on a code that is retired counts as."""

    replaced_by = _line(TEXT_CHARS)

    def words(self) -> dict[str, tuple[str, str]]:
        """Return label and hint of each field."""
        hint = _("Codes with commas between; where levels differ with them: M.10, T.X.01 (1>0, 2>1). Empty: it counts nowhere any more.")  # fmt: skip
        return {"replaced_by": (_("Counts as"), hint)}


class PublishForm(DraftForm):
    """Name, regulation and first day of a version."""

    title = _line(NAME_CHARS)
    regulation = _line(SOURCE_CHARS, needed=True)
    in_force_from = DateField(validators=[InputRequired()])

    def words(self) -> dict[str, tuple[str, str]]:
        """Return label and hint of each field."""
        return {
            "title": (_("Name of the version"), _("Such as Kamus kompetensi 2027.")),
            "regulation": (_("Regulation"), _("What the version rests on.")),
            "in_force_from": (_("In force from"), _("Today or a later day.")),
        }  # fmt: skip


class BandsForm(DraftForm):
    """The two sets of bands; the fields of a band are made for each."""

    source = _line(SOURCE_CHARS)
    confidence = SelectField()

    def __init__(self, formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        self.confidence.choices = [(key, say(name)) for key, name in CONFIDENCE_NAMES.items()]

    def words(self) -> dict[str, tuple[str, str]]:
        """Return label and hint of each field."""
        return {
            "source": (_("Source of the bands"), _("The regulation or decree that says so.")),
            "confidence": (_("How sure the bands are"), ""),
        }  # fmt: skip


def bands_form(bands: Bands, formdata: Any = None, *, based_on: str) -> Any:
    """Return the form of these bands, each with bound and names."""
    made: dict[str, Any] = {}
    known: dict[str, Any] = {
        "based_on": based_on, "source": bands.source, "confidence": bands.confidence,
    }  # fmt: skip
    for name, places in (("selection", bands.selection), ("mapping", bands.mapping)):
        for band in places:
            key = f"{name}_{band.key}"
            made |= {f"{key}_percent": _line(3, needed=True), f"{key}_id": _line(60, needed=True),
                     f"{key}_en": _line(60)}  # fmt: skip
            known |= {f"{key}_percent": str(band.minimum_percent), f"{key}_id": band.labels.id,
                      f"{key}_en": band.labels.en}  # fmt: skip
    form = type("BandsForm", (BandsForm,), made)(formdata, **known)
    for field in form:
        end = field.name.rpartition("_")[2]
        if field.name in made:
            field.label.text = {"percent": _("From percent"), "id": _("Name (Indonesian)"),
                                "en": _("Name (English)")}[end]  # fmt: skip
    return form


def said_bands(form: Any, bands: Bands) -> Bands | None:
    """Return the bands that were typed; None where a bound is no whole number, which its field says."""

    def one(name: str, band: Band) -> Band | None:
        key = f"{name}_{band.key}"
        text = form[f"{key}_percent"].data or ""
        if not (text.isascii() and text.isdecimal()) or int(text) > 100:
            form.refuse(f"{key}_percent", Message("A lower bound is a whole number from 0 to 100."))
            return None
        labels = Bilingual(form[f"{key}_id"].data or "", form[f"{key}_en"].data or "")
        return replace(band, minimum_percent=int(text), labels=labels)

    made = {
        name: [one(name, band) for band in places]
        for name, places in (("selection", bands.selection), ("mapping", bands.mapping))
    }
    if any(band is None for places in made.values() for band in places):
        return None
    selection, mapping = (
        tuple(band for band in made[name] if band is not None) for name in ("selection", "mapping")
    )
    confidence = CONFIDENCES[form.confidence.data]
    return Bands(selection, mapping, form.source.data or "", confidence)


def filled(each: Competency, based_on: str) -> CompetencyForm:
    """Return the form as a competency says."""
    known: dict[str, Any] = {
        "based_on": based_on, "kind": each.kind, "unit": each.unit, "name_id": each.names.id,
        "name_en": each.names.en, "definition_id": each.definitions.id,
        "definition_en": each.definitions.en, "aliases": " | ".join(each.aliases),
        "source": each.source,
    }  # fmt: skip
    for level in each.levels:
        known |= {
            f"descriptor_id_{level.level}": level.descriptors.id,
            f"descriptor_en_{level.level}": level.descriptors.en,
            f"mandatory_{level.level}": ", ".join(level.mandatory),
        }
    return CompetencyForm(None, **known)


def said_competency(form: Any, code: str) -> Competency:
    """Return the competency that was typed."""
    return Competency(
        code, form.kind.data, Bilingual(form.name_id.data or "", form.name_en.data or ""),
        Bilingual(form.definition_id.data or "", form.definition_en.data or ""),
        tuple(_said_level(form, level) for level in LEVELS),
        _parts(form.aliases.data, "|"), form.unit.data or "", form.source.data or "",
    )  # fmt: skip


def _said_level(form: Any, level: int) -> Level:
    texts = Bilingual(
        form[f"descriptor_id_{level}"].data or "", form[f"descriptor_en_{level}"].data or ""
    )
    return Level(level, texts, _parts(form[f"mandatory_{level}"].data, ","))


def _parts(text: str | None, sign: str) -> tuple[str, ...]:
    parts = (tidy_text(part) for part in (text or "").split(sign))
    return tuple(dict.fromkeys(part for part in parts if part))
