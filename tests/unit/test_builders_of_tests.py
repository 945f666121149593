"""The builders give what an installation would hold."""

from learn.people.roles import grants_of
from learn.people.signing_in.accounts import authenticate
from tests.support import make


def test_a_made_person_can_sign_in_and_holds_the_role(database, now):
    with database.transaction() as session:
        office = make.unit(session, "KESEHATAN")
        number = make.nip()
        person = make.person(session, "hr", number=number, unit=office)
        who = authenticate(session, number, make.PASSWORD, now=now, settings=make.settings())
        assert who.id == person.id
        assert [grant.role for grant in grants_of(session, person.id)] == ["hr"]
