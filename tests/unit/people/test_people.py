from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from learn.errors import Conflict, Forbidden, Invalid, NotFound
from learn.ledger.models import LedgerEntry
from learn.ledger.rebuild import rebuild_person
from learn.ledger.verify import verify
from learn.people.access import EVERYTHING, Action, Actor, Role, Scope, scope
from learn.people.models import Post, RoleGrant
from learn.people.numbers import InvalidNumber, mask
from learn.people.roles import actor_of, end_role, grant_role, grants_of
from learn.people.services import (
    add_number,
    change_person,
    find_by_number,
    get_person,
    list_people,
    number_of,
    person_card,
    set_post,
)
from learn.people.source import Identity, person_of
from learn.people.units import (
    close_unit,
    create_unit,
    move_unit,
    rename_unit,
    subtree,
    unit_by_code,
    unit_tree,
)
from tests.support.people import nip


def names(page):
    return [line.person.name for line in page.items]


def test_a_person_is_found_by_any_number_ever_held(city, session):
    person = city.add(city.clinic, number=nip(1))
    known = {"actor_id": None, "now": city.now, "settings": city.settings}
    add_number(session, person, nip(2), **known)
    assert find_by_number(session, nip(1)) is person
    assert find_by_number(session, nip(2)) is person
    assert number_of(session, person.id) == nip(2)
    with pytest.raises(Conflict):
        add_number(session, city.add(city.roads, number=nip(3)), nip(1), **known)
    with pytest.raises(Conflict):
        city.add(city.roads, number=nip(1))


def test_a_person_needs_a_name_and_a_valid_number(city):
    with pytest.raises(InvalidNumber, match="18 digits"):
        city.add(city.roads, number="123")
    with pytest.raises(Invalid, match="needs a name"):
        city.add(city.roads, name="  ")


def test_texts_lose_what_cannot_be_stored_and_are_refused_when_too_long(city, session):
    person = city.add(city.roads, name="Ni\x00 Ayu \ud800Sari")
    assert person.name == "Ni Ayu Sari"
    known = {"actor_id": None, "now": city.now}
    with pytest.raises(Invalid, match="at most 80 fit"):
        change_person(session, person, {"title_before": "Dr. " * 30}, **known)
    with pytest.raises(Invalid, match="at most 255 fit"):
        rename_unit(session, city.roads, "x" * 256, **known)


def test_a_list_shows_only_people_in_scope_by_name_with_masked_numbers(city, session):
    for name, unit in (("Wayan", city.clinic), ("Ayu", city.health), ("Budi", city.roads)):
        city.add(unit, name=name)
    hr = city.officer(Role.HR, city.health)
    reach = scope(hr, Action.READ_PEOPLE)
    assert names(list_people(session, reach)) == ["Ayu", "Ni Hr", "Wayan"]
    assert names(list_people(session, reach, unit=city.clinic)) == ["Wayan"]
    assert names(list_people(session, reach, unit=city.roads)) == []
    assert names(list_people(session, Scope())) == []
    (line,) = list_people(session, reach, unit=city.clinic).items
    assert (line.number, line.unit_name) == (mask(nip(1)), "Puskesmas Satu")
    (line,) = list_people(session, reach, unit=city.clinic, whole_numbers=True).items
    assert line.number == nip(1)


def test_pages_follow_each_other_without_gap_or_double(city, session):
    for index in range(7):
        city.add(city.clinic, name=f"Made {index % 3}")
    seen, after = [], None
    while True:
        page = list_people(session, EVERYTHING, after=after, limit=3)
        seen += [line.person.id for line in page.items]
        after = page.next
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 7
    for odd in ("x", "AAAA", "W10", "WyIiLDFd" * 50):
        with pytest.raises(Invalid, match="not a place in the list"):
            list_people(session, EVERYTHING, after=odd)


def test_people_are_found_by_words_of_the_name_or_by_number(city, session):
    city.add(city.clinic, name="I Gusti Ngurah Rai")
    city.add(city.clinic, name="Ni Wayan 100%_Sari", active=False)
    find = lambda text, **more: names(list_people(session, EVERYTHING, text=text, **more))
    assert find("RAI gusti") == ["I Gusti Ngurah Rai"]
    assert find("%") == []
    assert find("%_", active=None) == ["Ni Wayan 100%_Sari"]
    assert find(nip(1)) == ["I Gusti Ngurah Rai"]
    assert find("\x00") == ["I Gusti Ngurah Rai"]


def test_somebody_out_of_scope_is_not_there(city, session):
    person = city.add(city.roads)
    hr = city.officer(Role.HR, city.health)
    for asked in (person.id, 0, 2**70):
        with pytest.raises(NotFound):
            get_person(session, asked, scope(hr, Action.READ_PEOPLE))
    assert get_person(session, person.id, EVERYTHING) is person


def test_a_post_ends_the_day_before_the_next_and_stays_in_the_history(city, session):
    person = city.add(city.clinic, since=date(2024, 1, 1), post_title="Staf")
    known = {"actor_id": None, "now": city.now, "settings": city.settings}
    set_post(session, person, unit=city.roads, title="Kepala Seksi", post_class="PENGAWAS",
             grade="III/c", since=date(2025, 3, 1), **known)  # fmt: skip
    assert (person.unit_id, person.post_class, person.grade) == (city.roads.id, "PENGAWAS", "III/c")
    card = person_card(session, person)
    assert [(post.title, post.since, post.until) for post, _unit in card.posts] == [
        ("Kepala Seksi", date(2025, 3, 1), None),
        ("Staf", date(2024, 1, 1), date(2025, 2, 28)),
    ]
    assert [unit.code for unit in card.units] == ["KOTA", "DPUPR"]
    set_post(session, person, unit=city.roads, title="Kasi", since=date(2025, 3, 1), **known)
    assert len(session.scalars(select(Post)).all()) == 2
    with pytest.raises(Invalid, match="Another post"):
        set_post(session, person, unit=city.roads, since=date(2025, 2, 1), **known)
    with pytest.raises(Invalid, match="future"):
        set_post(session, person, unit=city.roads, since=date(2026, 11, 25), **known)


def test_acts_about_a_person_are_in_their_chain_without_name_or_number(city, session):
    person = city.add(city.clinic, name="Ketut Rahasia")
    known = {"actor_id": 77, "now": city.now}
    change_person(session, person, {"name": "Ketut  Baru", "email": "a@b.id"}, **known)
    change_person(session, person, {"name": "Ketut Baru"}, **known)
    grant_role(session, person, Role.HR, unit=city.health, actor=None, now=city.now)
    entries = session.scalars(select(LedgerEntry).where(LedgerEntry.person_id == person.id)).all()
    assert [entry.kind for entry in entries] == ["person_added", "person_changed", "role_granted"]
    assert '"actor":77' in entries[1].data
    assert not any("Ketut" in entry.data or nip(1) in entry.data for entry in entries)
    session.flush()
    assert list(verify(session)) == []


def test_roles_are_folded_from_the_chain_and_rebuild_finds_no_difference(city, session):
    person = city.add(city.clinic)
    grant = lambda **what: grant_role(session, person, actor=None, now=city.now, **what)
    first = grant(role=Role.HR, unit=city.health)
    assert grant(role=Role.HR, unit=city.health) == first
    second = grant(role=Role.TRAINER, course="spbe")
    end_role(session, person.id, first, actor=None, now=city.now)
    end_role(session, person.id, first, actor=None, now=city.now)
    assert [(g.role, g.course) for g in grants_of(session, person.id)] == [("trainer", "spbe")]
    assert list(rebuild_person(session, person.id)) == []
    assert {row.seq for row in session.scalars(select(RoleGrant))} == {first, second}
    assert grant(role=Role.HR, unit=city.health) > second


def test_roles_are_granted_and_ended_only_by_who_reaches_there(city, session):
    admin, person = city.officer(Role.ADMIN, city.health), city.add(city.clinic)
    grant = lambda role, unit, actor=admin, **more: grant_role(
        session, person, role, unit=unit, actor=actor, now=city.now, **more
    )
    seq = grant(Role.SUPERVISOR, city.clinic)
    for role, unit in ((Role.HR, city.roads), (Role.HR, None), (Role.TRAINER, city.clinic)):
        with pytest.raises(Forbidden):
            grant(role, unit)
    with pytest.raises(Forbidden):
        end_role(session, person.id, seq, actor=Actor(person.id), now=city.now)
    for role, unit in (("king", city.root), ("employee", city.root), (Role.SUPERVISOR, None)):
        with pytest.raises(Invalid):
            grant(role, unit, None)
    with pytest.raises(Invalid, match="Only trainers"):
        grant(Role.HR, city.root, None, course="spbe")
    with pytest.raises(NotFound):
        end_role(session, person.id, 99, actor=None, now=city.now)


def test_a_grant_whose_unit_is_gone_counts_for_nothing(city, session):
    person = city.add(city.clinic)
    grant_role(session, person, Role.ADMIN, unit=city.roads, actor=None, now=city.now)
    session.delete(city.roads)
    session.flush()
    assert actor_of(session, person.id).grants == ()


def test_units_stand_below_one_root_and_know_their_path(city, session):
    assert city.clinic.path == f"/{city.root.id}/{city.health.id}/{city.clinic.id}/"
    lone = create_unit(session, code="X", name="Lepas", actor_id=None, now=city.now)
    assert lone.parent_id == city.root.id
    with pytest.raises(Conflict):
        create_unit(session, code=" X ", name="Lagi", actor_id=None, now=city.now)
    with pytest.raises(Invalid):
        create_unit(session, code="", name="Lagi", actor_id=None, now=city.now)
    assert [(depth, unit.code) for depth, unit in unit_tree(session)] == [
        (0, "KOTA"), (1, "DINKES"), (2, "DINKES.1"), (1, "DPUPR"), (1, "X"),
    ]  # fmt: skip
    assert [unit.code for _d, unit in unit_tree(session, paths=(city.health.path,))] == [
        "DINKES", "DINKES.1",
    ]  # fmt: skip
    assert unit_tree(session, paths=()) == []


def test_an_unknown_code_of_a_unit_is_not_found_whatever_it_is(city, session):
    assert unit_by_code(session, " DINKES ") is city.health
    for code in ("X", "", "\x00", "\ud800"):
        with pytest.raises(NotFound):
            unit_by_code(session, code)


def test_moving_a_unit_takes_all_below_along_and_makes_no_circle(city, session):
    known = {"actor_id": None, "now": city.now}
    rename_unit(session, city.health, "Dinas Sehat", **known)
    move_unit(session, city.health, city.roads, **known)
    assert city.clinic.path == f"{city.roads.path}{city.health.id}/{city.clinic.id}/"
    assert [unit.name for unit in subtree(session, city.health)] == [
        "Dinas Sehat",
        "Puskesmas Satu",
    ]
    for unit, parent in (
        (city.roads, city.clinic),
        (city.health, city.health),
        (city.root, city.roads),
    ):
        with pytest.raises(Invalid):
            move_unit(session, unit, parent, **known)


def test_a_unit_is_closed_only_when_nobody_is_left(city, session):
    person = city.add(city.clinic)
    known = {"actor_id": None, "now": city.now}
    with pytest.raises(Conflict, match="1 active people"):
        close_unit(session, city.health, date(2026, 12, 31), **known)
    person.active = False
    close_unit(session, city.health, date(2026, 12, 31), **known)
    assert city.health.valid_to == date(2026, 12, 31)


def test_a_host_account_becomes_a_person_once_and_its_name_follows(session, now):
    first = person_of(session, Identity(42, "Ayu"), "host", now=now)
    again = person_of(session, Identity("42", "Ayu Lestari"), "host", now=now)
    assert first is again
    assert (again.name, again.external_key) == ("Ayu Lestari", "42")
    assert person_of(session, Identity(42, "Ayu"), "other", now=now) is not first


def test_a_host_account_with_a_number_is_linked_to_who_was_imported(city, session, now):
    person = city.add(city.clinic, number=nip(1), name="Ayu")
    assert person_of(session, Identity(42, "Ayu", number=nip(1)), "host", now=now) is person
    thief = person_of(session, Identity(43, "Budi", number=nip(1)), "host", now=now)
    assert thief is not person
