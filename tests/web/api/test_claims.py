"""Claiming development done elsewhere, and verifying it, by the API alone."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.support.files import HOSTILE, PDF

CLAIM = {
    "form": "KL06", "title": "Seminar SPBE", "organiser": "LAN", "starts_on": "2026-03-03",
    "ends_on": "2026-03-04", "minutes": {"2026-03-03": 360, "2026-03-04": 100},
    "certificate": "12/LAN/2026",
}  # fmt: skip


def with_document(call, content=PDF, **changed):
    made = call("POST", "/me/claims", {**CLAIM, **changed}).json
    data = {"file": (BytesIO(content), "sertifikat.pdf")}
    return call("POST", f"/me/claims/{made['claim']}/document", data=data)


def sent(call, **changed):
    claim = with_document(call, **changed).json
    where = f"/me/claims/{claim['claim']}/submission"
    return call("POST", where, {"based_on": claim["seq"]}).json


def decide(call, number, claim, act, reason=""):
    where = f"/people/{number}/claims/{claim['claim']}/decision"
    return call("POST", where, {"act": act, "reason": reason, "based_on": claim["seq"]})


def test_the_whole_way_by_the_api(me, caller):
    draft = me("POST", "/me/claims", CLAIM)
    assert draft.status_code == 201
    assert (draft.json["jp"], draft.json["state"], draft.json["document"]) == (10, "draft", None)
    assert draft.json["why"]
    claim = sent(me, title="Lain", certificate="")
    verifier = caller("verifier")
    (item,) = verifier("GET", "/claims").json["items"]
    assert (item["number"], item["jp"], item["state"]) == (me.number, 10, "submitted")
    with verifier("GET", f"/people/{me.number}/claims/{claim['claim']}/document") as file:
        assert file.data == PDF
    returned = decide(verifier, me.number, claim, "return", "Jadwal?").json
    assert returned["state"] == "returned"
    changed = me("PUT", f"/me/claims/{claim['claim']}",
                 {**CLAIM, "title": "Lain", "minutes": {"2026-03-03": 90}, "based_on": returned["seq"]}).json  # fmt: skip
    assert (changed["jp"], changed["document"] is not None) == (2, True)
    again = me("POST", f"/me/claims/{claim['claim']}/submission", {"based_on": changed["seq"]}).json
    accepted = decide(verifier, me.number, again, "accept").json
    assert (accepted["state"], accepted["jp"]) == ("accepted", 2)
    assert me("GET", "/me/record").json["hours"][0]["earned"] == 2
    assert decide(verifier, me.number, accepted, "revoke", "Palsu").status_code == 403
    revoked = decide(caller("hr"), me.number, accepted, "revoke", "Palsu").json
    assert (revoked["state"], revoked["reason"]) == ("revoked", "Palsu")
    assert me("GET", "/me/record").json["hours"][0]["earned"] == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"starts_on": "2026-03-05"}, "ends_on"),
        ({"ends_on": "2999-01-01"}, "ends_on"),
        ({"ends_on": "besok"}, "ends_on"),
        ({"minutes": {}}, "minutes"),
        ({"minutes": {"besok": 4}}, "minutes"),
        ({"declared_jp": 1999}, "declared_jp"),
        ({"declared_jp": 2.5}, "declared_jp"),
        ({"declared_jp": -1}, "declared_jp"),
        ({"title": ""}, "title"),
        ({"organiser": "  "}, "organiser"),
    ],
)
def test_what_cannot_be_is_told_by_its_field(me, changed, field):
    reply = me("POST", "/me/claims", {**CLAIM, **changed})
    assert reply.status_code == 422
    assert field in {each["field"] for each in reply.json["errors"]}
    assert me("GET", "/me/claims").json["items"] == []


def test_an_unknown_form_is_not_found(me):
    assert me("POST", "/me/claims", {**CLAIM, "form": "KL99"}).status_code == 404


def test_hostile_documents_are_refused(me):
    for content in HOSTILE.values():
        assert with_document(me, content).status_code == 422
    assert {claim["document"] for claim in me("GET", "/me/claims").json["items"]} == {None}


def test_nobody_decides_their_own_and_the_second_is_told(me, caller):
    office = caller("hr")
    own = sent(office)
    assert decide(office, office.number, own, "accept").status_code == 403
    claim = sent(me)
    assert decide(office, me.number, claim, "accept").status_code == 200
    assert decide(caller("verifier"), me.number, claim, "reject", "x").status_code == 409
    assert me("GET", "/me/record").json["hours"][0]["earned"] == 10


def test_a_twin_of_a_stranger_names_nobody(me, caller):
    other, verifier = caller(), caller("verifier")
    claim = sent(me)
    twins = sent(other)["twins"]
    assert twins == [{"why": "document", "claim": None, "number": None}]
    (twin,) = verifier("GET", f"/people/{me.number}/claims/{claim['claim']}").json["twins"]
    assert twin["number"] == other.number


def test_lists_go_on_page_by_page(me, caller):
    for number in range(3):
        sent(me, title=f"Seminar {number}")
    for call, path in ((me, "/me/claims"), (caller("verifier"), "/claims")):
        first = call("GET", f"{path}?limit=2").json
        rest = call("GET", f"{path}?limit=2&cursor={first['next']}").json
        found = [each["claim"] for each in first["items"] + rest["items"]]
        assert len(set(found)) == 3 and rest["next"] is None
        assert call("GET", f"{path}?cursor=x").status_code == 422


def test_claims_of_other_units_are_nobodys(caller):
    me, stranger = caller(unit="DINKES"), caller("verifier", unit="DPUPR")
    claim = sent(me)
    assert decide(stranger, me.number, claim, "accept").status_code == 404
    assert stranger("GET", f"/people/{me.number}/claims/{claim['claim']}").status_code == 404
    assert stranger("GET", "/claims").json["items"] == []
    assert stranger("GET", "/claims?unit=DINKES").status_code == 404
