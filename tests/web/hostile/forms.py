"""Forms that anybody of Anggrek has before them, filled in with people, units and numbers of Bakung."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from learn.web.state import State
from tests.support import make
from tests.web.hostile.apart import COURSE, QUIZ, Side

NOT_KNOWN = {"post_class": "", "grade": ""}
MENTORS = {"supervisor": "verifier", "organiser": "assessor", "hr": "auditor", "admin": "trainer"}


@dataclass(frozen=True)
class Filled:
    """One form as somebody sends it; its address is of things of their own (`places`)."""

    who: str
    endpoint: str
    fields: dict[str, Any]
    places: dict[str, Any] = field(default_factory=dict)


def sheet(*lines: str) -> tuple[io.BytesIO, str]:
    """Return a sheet as a form takes it."""
    return io.BytesIO("\n".join(lines).encode()), "lembar.csv"


def filled(ours: Side, theirs: Side) -> Iterator[Filled]:
    """Yield every form that can name somebody or some unit, each good but for whom it names."""
    yield from _of_the_office(ours, theirs)
    yield from _sheets(theirs)
    yield from _of_trainings(ours, theirs)
    yield from _of_supervisors_and_trainers(ours, theirs)


def _of_the_office(ours: Side, theirs: Side) -> Iterator[Filled]:
    who, unit, number = theirs.learner.id, theirs.code, theirs.learner.number
    own, today = {"person_id": ours.people["colleague"].id}, State.now().date()
    completion = f"{who}:{COURSE}:1"
    for role in ("hr", "admin"):
        yield Filled(
            role,
            "admin_add_person",
            {"name": "Baru", "number": make.nip(), "kind": "PNS", "unit": unit, **NOT_KNOWN},
        )
        yield Filled(role, "admin_add_number", {"number": number, "number_kind": ""}, own)
        yield Filled(role, "admin_set_post", {"unit": unit, "since": str(today), **NOT_KNOWN}, own)
        yield Filled(
            role, "admin_add_unit", {"code": f"X-{role}", "unit_name": "Seksi", "parent": unit}
        )
        yield Filled(role, "admin_move_unit", {"parent": unit}, {"unit_id": ours.unit_id})
        yield Filled(role, "admin_make_codes", {"unit": unit})
        yield Filled(role, "admin_end_sign_in", {"person": str(who), "sign_in": "x"})
        rule = {
            "course": COURSE,
            "unit": theirs.code,
            "starts_on": str(today),
            "due": "none",
            "required": "yes",
            "step": "do",
            "post_class": "",
            "kind": "",
        }
        yield Filled(role, "hr_assignment_make", rule)
        yield Filled(role, "hr_assignment_change", rule, {"rule_id": ours.places["rule_id"]})
        for ticked in ({"pick": "ticked", "who": str(who)}, {"pick": "all", "unit": theirs.code}):
            bulk = {"list": "people", "act": "enrol", "ready": "1", "do_course": COURSE, **ticked}
            yield Filled(role, "hr_bulk_preview", bulk)
            yield Filled(role, "hr_bulk_do", {**bulk, "digest": "0" * 64})
        withdrawn = {
            "list": "completions",
            "act": "withdraw",
            "pick": "ticked",
            "who": completion,
            "do_reason": "Uji",
        }
        yield Filled(role, "hr_bulk_preview", {**withdrawn, "ready": "1"})
        yield Filled(role, "hr_certificates", {"unit": theirs.code})
        yield Filled(role, "hr_certificates", {"q": number})
        yield Filled(
            role,
            "hr_download",
            {"kind": "completions", "format": "csv", "columns": "name", "unit": theirs.code},
        )
        yield Filled(role, "hr_siasn_download", {"format": "csv", "unit": theirs.code})
        columns = {
            "kind": "completions",
            "columns": "name",
            "name": "Ringkas",
            "share": theirs.code,
        }
        yield Filled(role, "hr_save_columns", columns)
    yield Filled("admin", "admin_grant_role", {"role": "hr", "unit": unit, "course": ""}, own)


def _sheets(theirs: Side) -> Iterator[Filled]:
    number, today = theirs.learner.number, State.now().date()
    people = sheet("nip,nama,kode_unit", f"{number},Nama Lain,{theirs.code}")
    units = sheet("kode,nama,kode_induk", f"{theirs.code},Nama Lain,")
    posts = sheet("nip,kode_unit,jabatan,tmt", f"{number},{theirs.code},Staf,2026-01-01")
    levels = sheet("nip,kompetensi,tingkat,tanggal", f"{number},M.05,3,{today}")
    records = sheet("nip,bentuk,judul,selesai,jp", f"{number},KL08,Kursus,2020-01-05,4")
    for content in (people, units, posts):
        yield Filled("hr", "admin_plan_import", {"file": content})
    yield Filled("hr", "hr_levels_plan", {"file": levels})
    yield Filled("hr", "hr_records_plan", {"file": records})
    yield Filled("hr", "hr_siasn_plan_people", {"file": sheet("nip,pnsOrangId", f"{number},P-1")})
    yield Filled("hr", "hr_siasn_plan_results", {"file": sheet("nip,siasn_id", f"{number},P-1")})


def _of_trainings(ours: Side, theirs: Side) -> Iterator[Filled]:
    number, one = theirs.learner.number, {"training_id": ours.places["training_id"]}
    there = {**one, "session_id": ours.places["session_id"]}
    for role in ("organiser", "hr", "admin"):
        yield Filled(role, "organise_add", {"number": number}, one)
        yield Filled(role, "organise_record", {f"state-{theirs.learner.id}": "present"}, there)
        lines = sheet("nip,sesi,kehadiran", f"{number},1,hadir")
        yield Filled(role, "organise_plan", {"file": lines}, one)
        plan = {
            "title": "Seminar", "form": "KL06", "capacity": "20", "share": "80", "organiser": "X", "audience": theirs.code,
            "sessions-0-day": "2026-12-01", "sessions-0-start": "08:30", "sessions-0-end": "14:30", "unit": theirs.code, "course": "",
        }  # fmt: skip
        yield Filled(role, "organise_create", plan)


def _of_supervisors_and_trainers(ours: Side, theirs: Side) -> Iterator[Filled]:
    number = theirs.learner.number
    today = State.now().date()
    pair = {
        "mentee_number": number, "form": "NKL02", "starts_on": str(today),
        "ends_on": str(today + timedelta(days=90)), "competencies": "M.05",
    }  # fmt: skip
    for role, other in MENTORS.items():
        pair["mentor_number"] = ours.people[other].number
        yield Filled(role, "team_pair_propose", dict(pair))
    terms = {"attempts": "9", "reason": "Uji"}
    quiz = {"course": COURSE, "quiz": QUIZ}
    for named in ({"person": str(theirs.learner.id)}, {"number": number}, {"unit": theirs.code}):
        yield Filled("admin", "studio_set_override", {**terms, **named}, quiz)
    lines = sheet("number,attempts,reason", f"{number},9,Uji")
    yield Filled("admin", "studio_plan_overrides", {"file": lines}, quiz)


NAMES_NOBODY = frozenset(
    """
    ask_correction change_password confirm_notice do_first_sign_in do_sign_in end_sign_ins_of_mine set_language sign_out
    notices_read prior_send framework_add framework_add_requirement framework_apply framework_apply_requirements
    framework_begin framework_plan framework_plan_requirements framework_publish framework_remove framework_save_bands
    framework_save_level_names admin_preview_certificate admin_save_certificate studio_check_upload studio_create studio_take_upload
    """.split()
)
"""Forms at an address of their own that name neither a person nor a unit."""

AS_SHOWN = frozenset(
    """
    admin_apply_import hr_levels_apply hr_records_apply hr_siasn_apply_people hr_siasn_apply_results mentoring_ask
    """.split()
)
"""They do what was shown before, which holds only what the person may do; `mentoring_ask` offers mentors of one's own units."""
