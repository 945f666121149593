from __future__ import annotations

import pytest
from sqlalchemy import func, select

from learn.errors import Forbidden, Invalid
from learn.people.access import Role
from learn.people.directory import number_of
from learn.people.models import OneTimeCode, Person, RoleGrant, Throttle, Token
from learn.people.roles import grant_role
from learn.people.signing_in.accounts import (
    SignInRefused,
    TooManyTries,
    authenticate,
    change_password,
    end_sign_in,
    find_signed_in,
    find_token,
    init_admin,
    list_sign_ins,
    make_code,
    make_codes,
    make_token,
    set_password,
    start_sign_in,
    use_code,
)
from learn.people.signing_in.passwords import WeakPassword, check_password
from tests.support.people import GOOD_PASSWORD, nip
from tests.support.statements import Counted

FIRST = nip(1)
NEW_PASSWORD = "payung biru di atas lemari"


@pytest.fixture
def made(city):
    person = city.add(city.clinic, number=nip(1), name="Ni Luh Sari")
    city.count = 1
    set_password(city.session, person, GOOD_PASSWORD, now=city.now)
    return person


@pytest.fixture
def sign_in(session, now, settings):
    def sign_in(password=GOOD_PASSWORD, number=FIRST, at=now):
        return authenticate(session, number, password, now=at, settings=settings)

    return sign_in


def test_number_and_password_sign_in_however_the_number_is_spaced(made, sign_in):
    assert sign_in() is made
    number = nip(1)
    assert sign_in(number=f" {number[:8]} {number[8:14]}.{number[14]} {number[15:]} ") is made


@pytest.mark.parametrize(
    ("number", "password"),
    [(nip(1), "wrong"), (nip(2), GOOD_PASSWORD), ("abc", ""), ("", ""), ("\x00\ud800", "\ud800")],
)
def test_whatever_is_wrong_the_answer_is_the_same(made, sign_in, number, password):
    with pytest.raises(SignInRefused, match="do not work together"):
        sign_in(password, number)


def test_somebody_who_left_cannot_sign_in(made, sign_in):
    made.active = False
    with pytest.raises(SignInRefused):
        sign_in()


def test_a_password_that_another_keyboard_composes_is_the_same(made, session, now, sign_in):
    set_password(session, made, "e\u0301l\u00e9phant di taman kota", now=now)
    assert sign_in("\u00e9le\u0301phant di taman kota") is made


def test_after_the_allowed_tries_even_the_right_password_waits(made, sign_in, city):
    for _ in range(city.settings.sign_in_tries):
        with pytest.raises(SignInRefused):
            sign_in("wrong")
    with pytest.raises(TooManyTries, match="15 minutes") as refused:
        sign_in()
    assert refused.value.wait_seconds == 900
    assert sign_in(at=city.later(minutes=15)) is made


def test_a_success_forgets_the_failures_before_it(made, sign_in, session):
    with pytest.raises(SignInRefused):
        sign_in("wrong")
    sign_in()
    assert session.scalar(select(func.count()).select_from(Throttle)) == 0


def test_tries_of_one_number_do_not_hinder_another(made, sign_in, city):
    for _ in range(city.settings.sign_in_tries + 1):
        with pytest.raises((SignInRefused, TooManyTries)):
            sign_in("x", number=nip(2))
    assert sign_in() is made


def test_the_throttle_holds_no_number(made, sign_in, session):
    with pytest.raises(SignInRefused):
        sign_in("wrong")
    assert nip(1) not in session.scalars(select(Throttle.key)).one()


def test_a_signed_in_person_comes_with_unit_and_roles_in_one_statement(
    made, city, session, database
):
    grant_role(session, made, Role.HR, unit=city.health, actor=None, now=city.now)
    grant_role(session, made, Role.TRAINER, course="spbe", actor=None, now=city.now)
    key = start_sign_in(session, made, now=city.now, settings=city.settings, device="Fire\nfox").id
    session.commit()
    with database.reading() as reader, Counted(reader.get_bind()) as counted:
        found = find_signed_in(reader, key, city.now)
        assert found.person.name == "Ni Luh Sari"
        assert found.unit.code == "DINKES.1"
        assert {(g.role, g.unit_path, g.course) for g in found.actor.grants} == {
            ("hr", city.health.path, None),
            ("trainer", None, "spbe"),
        }
        assert found.time_zone(city.settings) == "Asia/Makassar"
    assert len(counted.statements) == 1


def test_a_sign_in_ends_by_itself_and_by_its_owner_alone(made, city, session):
    first, second = (
        start_sign_in(session, made, now=city.now, settings=city.settings).id for _ in range(2)
    )
    other = city.add(city.roads)
    end_sign_in(session, other.id, first, city.now)
    assert find_signed_in(session, first, city.now)
    end_sign_in(session, made.id, first, city.now)
    assert find_signed_in(session, first, city.now) is None
    assert [s.id for s in list_sign_ins(session, made.id, city.now)] == [second]
    assert find_signed_in(session, second, city.later(hours=12)) is None
    assert find_signed_in(session, "x" * 32, city.now) is None
    assert find_signed_in(session, "é\x00", city.now) is None


def test_changing_the_password_needs_the_present_one_and_ends_other_sign_ins(made, city, session):
    here, elsewhere = (
        start_sign_in(session, made, now=city.now, settings=city.settings).id for _ in range(2)
    )
    known = {"now": city.now, "settings": city.settings, "keep": here}
    with pytest.raises(Invalid, match="current password is wrong"):
        change_password(session, made, "wrong", NEW_PASSWORD, **known)
    with pytest.raises(WeakPassword):
        change_password(session, made, GOOD_PASSWORD, "short", **known)
    change_password(session, made, GOOD_PASSWORD, NEW_PASSWORD, **known)
    assert find_signed_in(session, here, city.now)
    assert find_signed_in(session, elsewhere, city.now) is None


def test_a_one_time_code_sets_a_password_once(city, session, settings, now, sign_in):
    person = city.add(city.clinic, number=nip(1))
    code = make_code(session, person, actor=None, now=now, settings=settings)
    typed = code.lower().replace("-", " ")
    assert use_code(session, FIRST, typed, NEW_PASSWORD, now=now, settings=settings) is person
    assert sign_in(NEW_PASSWORD) is person
    with pytest.raises(SignInRefused, match="works once"):
        use_code(session, FIRST, code, NEW_PASSWORD, now=now, settings=settings)


def test_a_code_survives_a_weak_password_and_no_longer_than_its_days(city, session, settings, now):
    person = city.add(city.clinic, number=nip(1))
    code = make_code(session, person, actor=None, now=now, settings=settings)
    with pytest.raises(WeakPassword):
        use_code(session, nip(1), code, "pendek", now=now, settings=settings)
    with pytest.raises(SignInRefused):
        late = city.later(days=settings.code_days)
        use_code(session, nip(1), code, NEW_PASSWORD, now=late, settings=settings)
    assert use_code(session, nip(1), code, NEW_PASSWORD, now=now, settings=settings) is person


def test_a_new_code_replaces_the_old_one(city, session, settings, now):
    person = city.add(city.clinic, number=nip(1))
    old, new = (
        make_code(session, person, actor=None, now=now, settings=settings) for _ in range(2)
    )
    with pytest.raises(SignInRefused):
        use_code(session, nip(1), old, NEW_PASSWORD, now=now, settings=settings)
    use_code(session, nip(1), new, NEW_PASSWORD, now=now, settings=settings)


def test_guessing_codes_is_throttled(city, session, settings, now):
    person = city.add(city.clinic, number=nip(1))
    code = make_code(session, person, actor=None, now=now, settings=settings)
    for _ in range(settings.sign_in_tries):
        with pytest.raises(SignInRefused):
            use_code(session, nip(1), "AAAAA-AAAAA", NEW_PASSWORD, now=now, settings=settings)
    with pytest.raises(TooManyTries):
        use_code(session, nip(1), code, NEW_PASSWORD, now=now, settings=settings)


def test_a_reset_ends_sign_ins_and_tokens(made, city, session, settings, now):
    key = start_sign_in(session, made, now=now, settings=settings).id
    token = make_token(session, made.id, now=now)
    code = make_code(session, made, actor=None, now=now, settings=settings)
    use_code(session, nip(1), code, NEW_PASSWORD, now=now, settings=settings)
    assert find_signed_in(session, key, now) is None
    assert find_token(session, token, now) is None


def test_codes_of_a_unit_are_for_its_active_people_without_password_by_name(made, city, session):
    putu = city.add(city.health, name="Putu Ayu")
    made_b = city.add(city.clinic, name="Gede Bagus")
    city.add(city.clinic, name="Wayan Lama", active=False)
    city.add(city.roads, name="Komang Lain")
    codes = make_codes(session, city.health, actor=None, now=city.now, settings=city.settings)
    assert [person.id for person, _code in codes] == [made_b.id, putu.id]
    assert all(len(code) == 11 and code[5] == "-" for _person, code in codes)
    kept = session.scalars(select(OneTimeCode.code_hash)).all()
    assert not any(code in stored for _p, code in codes for stored in kept)
    everybody = make_codes(
        session, city.health, actor=None, now=city.now, settings=city.settings, with_password=True
    )
    assert len(everybody) == 3


def test_an_office_makes_codes_for_its_own_people_and_not_for_those_who_may_more(city, session):
    hr = city.officer(Role.HR, city.health)
    chief = city.add(city.clinic, name="Kepala")
    grant_role(session, chief, Role.ADMIN, unit=city.root, actor=None, now=city.now)
    plain = city.add(city.clinic, name="Staf")
    known = {"actor": hr, "now": city.now, "settings": city.settings}
    listed = [person.id for person, _code in make_codes(session, city.clinic, **known)]
    assert listed == [plain.id]
    for refused in (lambda: make_codes(session, city.roads, **known),
                    lambda: make_code(session, chief, **known)):  # fmt: skip
        with pytest.raises(Forbidden):
            refused()


def test_a_token_is_kept_as_a_digest_is_narrowed_to_its_role_and_expires(made, city, session):
    grant_role(session, made, Role.HR, unit=city.health, actor=None, now=city.now)
    token = make_token(session, made.id, role="employee", days=2, now=city.now)
    assert token.startswith("lrn_")
    assert token not in session.scalars(select(Token.hash)).all()
    found = find_token(session, token, city.now)
    assert found.person is made
    assert found.actor.roles == {"employee"}
    assert find_token(session, token, city.later(days=2)) is None
    assert find_token(session, token + "x", city.now) is None
    with pytest.raises(Invalid, match="does not hold the role admin"):
        make_token(session, made.id, role="admin", now=city.now)


def test_the_first_admin_is_made_once_and_may_do_everything(session, settings, now):
    codes = [init_admin(session, nip(1), now=now, settings=settings) for _ in range(2)]
    person = session.scalars(select(Person)).one()
    assert person.name == "Admin"
    assert number_of(session, person.id) == nip(1)
    grant = session.scalars(select(RoleGrant)).one()
    assert (grant.role, grant.ended_at) == ("admin", None)
    with pytest.raises(SignInRefused):
        use_code(session, nip(1), codes[0], NEW_PASSWORD, now=now, settings=settings)
    use_code(session, nip(1), codes[1], NEW_PASSWORD, now=now, settings=settings)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("pendek", "has 6 characters"),
        ("x" * 201, "too long"),
        ("197001011995031901", "name or number"),
        ("19700101-sari", "name or number"),
        ("NiLuhSariSari1", "name or number"),
        ("Jakarta2026!", "easy to guess"),
        ("indonesiaraya", "easy to guess"),
        ("rahasia12345", "easy to guess"),
        ("qwertyuiop123", "easy to guess"),
        ("aaaaaaaaaaaaaaa", "easy to guess"),
        ("PasswordDenpasar1", "easy to guess"),
    ],
)
def test_a_password_that_guessers_try_early_is_refused(password, why):
    with pytest.raises(WeakPassword, match=why):
        check_password(password, name="Ni Luh Sari", numbers=["197001011995031901"])


@pytest.mark.parametrize("password", [GOOD_PASSWORD, NEW_PASSWORD, "xkT9-mvQ2-rrP7"])
def test_a_long_password_of_any_kind_of_signs_is_good(password):
    check_password(password, name="Ni Luh Sari", numbers=["197001011995031901"])
