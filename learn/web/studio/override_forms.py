"""The form of other terms: for whom, which, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import DateTimeLocalField, HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from learn.quizzes.overrides.services import LONGEST_REASON, Wanted
from learn.quizzes.source.settings import MAX_ATTEMPTS, MAX_SECONDS
from learn.web.admin.forms import clean_text
from learn.web.forms import Form
from learn.web.i18n import _

FORMS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
"""The first is what browsers fill in."""


def _reasonable(_form: Any, field: Any) -> None:
    if field.data is not None and not 2000 <= field.data.year < 2200:
        raise ValidationError(_("Not a valid datetime value."))


class OverrideForm(Form):
    """Other terms for a person (by number) or for a unit; what stays empty stays as it is."""

    person = HiddenField()
    number = StringField(validators=[Length(max=60)], filters=[clean_text])
    unit = SelectField(validate_choice=False)
    attempts = IntegerField(validators=[Optional(), NumberRange(0, MAX_ATTEMPTS)])
    minutes = IntegerField(validators=[Optional(), NumberRange(0, MAX_SECONDS // 60)])
    opens = DateTimeLocalField(format=FORMS, validators=[Optional(), _reasonable])
    closes = DateTimeLocalField(format=FORMS, validators=[Optional(), _reasonable])
    reason = StringField(
        validators=[InputRequired(), Length(max=LONGEST_REASON)], filters=[clean_text]
    )

    def __init__(self, formdata: Any = None, /, *, units: Sequence[tuple[str, str]], **known: Any):
        super().__init__(formdata, **known)
        self.unit.choices = [("", _("No unit: for one person")), *units]
        labels = {
            "number": _("NIP or NI PPPK"), "unit": _("Unit"), "attempts": _("Attempts in all"),
            "minutes": _("Minutes in all"), "opens": _("Opens"), "closes": _("Closes"),
            "reason": _("Reason"),
        }  # fmt: skip
        for name, label in labels.items():
            self[name].label.text = label

    def wanted(self, zone: ZoneInfo) -> Wanted:
        """Return the terms, with moments in the time of `zone`."""
        minutes = self.minutes.data
        return Wanted(
            self.attempts.data,
            None if minutes is None else minutes * 60,
            _moment(self.opens.data, zone),
            _moment(self.closes.data, zone),
        )


def filled(wanted: Wanted, reason: str, zone: ZoneInfo) -> dict[str, Any]:
    """Return what the fields show of terms that are set."""
    seconds = wanted.time_limit
    return {
        "attempts": wanted.attempts,
        "minutes": None if seconds is None else -(-seconds // 60),
        "opens": wanted.opens_at.astimezone(zone) if wanted.opens_at else None,
        "closes": wanted.closes_at.astimezone(zone) if wanted.closes_at else None,
        "reason": reason,
    }


def _moment(local: datetime | None, zone: ZoneInfo) -> datetime | None:
    return local.replace(tzinfo=zone).astimezone(UTC) if local else None
