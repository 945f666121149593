"""Measures: figures that are no JP, read from data, refused where they cannot be, changed from a moment on."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from learn.competencies.assessments.services import default_validity
from learn.competencies.reading import InvalidData
from learn.errors import Conflict, Invalid, NotFound
from learn.hours.figure_changes import changes
from learn.hours.figures import (
    ImpossibleFigures,
    change_form,
    change_measure,
    in_force,
    mark_of,
    restore,
)
from learn.hours.forms import shipped_forms, use_forms
from learn.hours.measures import DATA, changed, figures_of, read_measures, read_number
from learn.ledger.reading import acts
from learn.siasn.rows import hours_for_siasn

GRADES = {"very_good": 92, "good": 85, "fair": 75, "less": 65}


def change(session, now, key="pass_classes", values=GRADES, **known):
    said = {"confidence": "high", "source": "Perka LAN 1/2026", "seen": mark_of(session)}
    numbers = {each: Decimal(str(value)) for each, value in values.items()}
    return change_measure(session, key, numbers, actor_id=1, now=now, **(said | known))


def bounds(forms, at=None, key="pass_classes"):
    return list(forms.measure(key, at=at).values.values())


def test_every_measure_says_how_sure_it_is_and_where_it_stands():
    for measure in shipped_forms().measures:
        assert measure.source and measure.name("id") and measure.meaning("en")
        for language in ("id", "en"):
            assert all(names.text(language) for names in measure.classes.values())


def test_a_changed_measure_holds_from_then_on_and_what_was_before_keeps_its_figures(database, now):
    later = now + timedelta(days=1)
    with database.transaction() as session:
        assert change(session, now)
        assert change(session, later, values=GRADES | {"very_good": 95})
    with database.reading() as session:
        forms = in_force(session)
        (_second, first) = acts(session, kind="hours_figures_changed")
    assert first.data["before"]["figures"]["very_good"] == "90"
    assert bounds(forms) == bounds(forms, at=later) == [95, 85, 75, 65]
    assert bounds(forms, at=later - timedelta(seconds=1)) == bounds(forms, at=now)
    assert bounds(forms, at=now) == [92, 85, 75, 65]
    assert bounds(forms, at=now - timedelta(seconds=1)) == [90, 80, 70, 60]
    assert bounds(shipped_forms(), at=now) == [90, 80, 70, 60]


def test_a_grade_of_91_keeps_its_class_when_bounds_rise(database, now):
    with database.transaction() as session:
        change(session, now)
        forms = in_force(session)
    before, after = (forms.measure("pass_classes", at=at) for at in (now - timedelta(1), now))
    assert before.classes[before.class_of(91.0)].id == "Sangat Memuaskan"
    assert after.classes[after.class_of(91.0)].id == "Memuaskan"


def test_going_back_to_what_ships_is_a_change_with_a_history_of_its_own(database, now):
    days = [now + timedelta(days=each) for each in range(4)]
    with database.transaction() as session:
        change(session, days[0])
        marks = [mark_of(session)]
        assert restore(session, "pass_classes", seen=mark_of(session), actor_id=1, now=days[1])
        assert not restore(session, "pass_classes", seen=mark_of(session), actor_id=1, now=days[1])
        change(session, days[2])
        marks.append(mark_of(session))
        restore(session, "pass_classes", seen=mark_of(session), actor_id=1, now=days[3])
    with database.reading() as session:
        forms, told = in_force(session), changes(session)
    assert marks[0] != marks[1], "the same figures at another time have another history"
    assert [bounds(forms, at=each)[0] for each in days] == [92, 90, 92, 90]
    assert forms.measures == shipped_forms().measures
    assert [each.after["figures"]["very_good"] for each in told] == ["90", "92", "90", "92"]


def test_forms_and_duties_go_back_too(database, now):
    jp = {"mode": "flat", "jp": 5, "minimum_duration_days": 2, "pro_rata": False}
    with database.transaction() as session:
        change_form(session, "NKL07", jp, confidence="high", source="x", seen="", actor_id=1, now=now,
                    component="technical", flag="P")  # fmt: skip
        form = in_force(session).form("NKL07")
        assert (form.ip_asn_component, form.siasn_flag) == ("technical", "P")
        assert "NKL07" in in_force(session).codes_for("technical")
        assert restore(session, "NKL07", seen=mark_of(session), actor_id=1, now=now)
        assert in_force(session).forms == shipped_forms().forms
        with pytest.raises(NotFound):
            restore(session, "none", seen=mark_of(session), actor_id=1, now=now)
        with pytest.raises(Invalid, match="Choose one of: T, F, P"):
            change_form(session, "NKL07", jp, confidence="high", source="x", seen=mark_of(session),
                        actor_id=1, now=now, flag="X")  # fmt: skip


@pytest.mark.parametrize(("key", "values", "place", "told"), [
    ("pass_classes", GRADES | {"good": 92}, "good", "below 92"),
    ("pass_classes", GRADES | {"very_good": 100}, "very_good", "from 1 to 99"),
    ("pass_classes", GRADES | {"less": "60.123"}, "less", "with 2 decimals at most"),
    ("qualification", {"S3": 25, "S2": 20, "S1": 15, "D3": 10, "SMA": 5, "below": "1.5"}, "below", "A whole number from 0 to 25"),
    ("parts_pelaksana", {"technical": 25, "seminar": "17.5"}, "seminar", "make 40; these make 42.5"),
    ("gain_classes", {"high": "0.3", "medium": "0.7"}, "medium", "below 0.3"),
    ("assessment_validity", {"years": 0}, "years", "from 1 to 20"),
])  # fmt: skip
def test_what_cannot_be_is_refused_with_what_would_be_right(
    database, now, key, values, place, told
):
    with database.transaction() as session:
        with pytest.raises(ImpossibleFigures) as caught:
            change(session, now, key, values)
        assert told in str(caught.value.wrong[place])
        assert in_force(session) == shipped_forms()


def test_a_measure_needs_a_source_and_a_known_key(database, now):
    with database.transaction() as session:
        with pytest.raises(Invalid, match="where these figures stand"):
            change(session, now, source=" ")
        with pytest.raises(NotFound):
            change(session, now, key="none")
        with pytest.raises(Invalid, match="Choose one of: high, medium, low"):
            change(session, now, confidence="sure")


def test_of_two_who_change_measures_the_second_looks_again(database, now):
    with database.transaction() as session:
        seen = mark_of(session)
        change(session, now)
        with pytest.raises(Conflict):
            change(
                session, now, "windows", {"technical": 1, "seminar": 3, "discipline": 5}, seen=seen
            )


def test_the_third_class_can_be_called_cukup(database, now):
    with database.transaction() as session:
        change(session, now, names={"fair": ("Cukup", "Sufficient")})
        measure = in_force(session).measure("pass_classes")
        assert measure.classes["fair"].id == "Cukup" and measure.classes["good"].id == "Memuaskan"
        with pytest.raises(ImpossibleFigures):
            change(session, now, names={"fair": ("", "Sufficient")})
        with pytest.raises(ImpossibleFigures):
            change(session, now, names={"none": ("x", "x")})


def test_assessments_and_rows_for_siasn_follow_what_hr_says(database, now):
    day = now.date()
    with database.transaction() as session:
        change(session, now, "assessment_validity", {"years": 2})
        change(session, now, "siasn_hours", {"minutes": 60})
        forms = in_force(session)
    assert default_validity(day).year == day.year + 3
    assert [hours_for_siasn(jp) for jp in (1, 6, 20)] == [1, 6, 20]
    try:
        use_forms(forms)
        assert default_validity(day).year == day.year + 2
        assert [hours_for_siasn(jp) for jp in (1, 6, 20)] == [1, 4, 15]
    finally:
        use_forms(None)


@pytest.mark.parametrize("measure", shipped_forms().measures, ids=lambda each: each.key)
def test_what_is_kept_of_a_measure_makes_it_again(measure):
    assert changed(measure, figures_of(measure)) == measure


@pytest.mark.parametrize(("text", "decimals", "found"), [
    ("22,5", 1, "22.5"), ("22.5", 1, "22.5"), (" 20 ", 0, "20"), ("-1", 0, "-1"), ("1.000", 0, None),
    ("1.000", 2, None), ("2e3", 2, None), ("NaN", 2, None), ("", 0, None), ("٣", 0, None), ("9999999", 0, None),
])  # fmt: skip
def test_a_number_is_read_with_comma_or_dot_and_never_with_marks_for_thousands(
    text, decimals, found
):
    assert read_number(text, decimals) == (None if found is None else Decimal(found))


@pytest.mark.parametrize(("old", "new", "told"), [
    ("value: 25,", "value: 26,", r"qualification\.S3: A whole number from 0 to 25"),
    ("value: 22.5", "value: 20", r"parts_pelaksana\.seminar: Together"),
    ("key: windows", "key: discipline", "discipline: stands twice"),
    ("confidence: low", "confidence: none", r"key \d+\.confidence"),
])  # fmt: skip
def test_a_mistake_in_the_data_is_told_with_path_and_key(tmp_path, old, new, told):
    text = DATA.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "measures.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidData, match=told):
        read_measures(path)
