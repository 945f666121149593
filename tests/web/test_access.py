"""Every page with every role: who gets in, who does not.  A new route without a row here fails."""

from __future__ import annotations

import re
from io import BytesIO
from urllib.parse import quote

import pytest

from learn.people.access import Role
from tests.support import make, records, trainings
from tests.support.learning import COURSE, publish_course

ANYBODY, SIGNED_IN = "anybody", "signed in"
OFFICE = {Role.HR, Role.ADMIN}
EXPORT = {*OFFICE, Role.AUDITOR}
RECORDS = {*EXPORT, Role.SUPERVISOR, Role.VERIFIER, Role.ASSESSOR}
EDIT = {Role.TRAINER, Role.ADMIN}
RESULTS = {*EXPORT, Role.TRAINER, Role.ORGANISER}
ADMIN, LEDGER = {Role.ADMIN}, {Role.ADMIN, Role.AUDITOR}

# endpoint of a page: who may; roles are granted on the whole, the person of the address is an employee
TABLE = {
    **dict.fromkeys(
        """badge_achievement badge_issuer badge_keys badge_status do_first_sign_in do_sign_in first_sign_in health_live health_ready help service_worker set_language
        sign_in privacy sign_out static_file media_file verify verify_form""".split(),
        ANYBODY,
    ),
    **dict.fromkeys(
        """account ask_correction answer answer_file attempt attempt_summary autosave autosave_all certificate certificate_badge certificate_pdf change_password claim claim_change claim_create
        claim_document claim_edit claim_form claim_new claim_submit claim_withdraw claims competency complete_module
        course courses end_sign_ins_of_mine enrol home job_cancel job_file jobs module confirm_notice my_corrections my_data my_data_zip my_readings withdraw_correction more_time ask_more_time notices notices_read prior prior_change prior_document prior_edit prior_new prior_request prior_send prior_withdraw quiz record remember_place start_attempt
        submit_attempt""".split(),
        SIGNED_IN,
    ),
    **dict.fromkeys(
        "hr hr_hours hr_overdue hr_list_download hr_certificate_pdf hr_certificates hr_competency hr_completions hr_download hr_export hr_matrix hr_people hr_person hr_siasn hr_siasn_download hr_siasn_records hr_save_columns hr_delete_columns".split(),
        EXPORT,
    ),
    **dict.fromkeys(
        """mentoring mentoring_act mentoring_ask mentoring_confirm mentoring_goal_change mentoring_goal_edit mentoring_goal_judge mentoring_goal_new
        mentoring_goal_set mentoring_meeting_change mentoring_meeting_decide mentoring_meeting_edit mentoring_meeting_log mentoring_meeting_new
        mentoring_name mentoring_new mentoring_pair mentoring_result""".split(),
        SIGNED_IN,
    ),
    **dict.fromkeys(
        "trainings training training_calendar training_check_in training_here training_sign_off training_sign_up".split(),
        SIGNED_IN,
    ),
    "organise": frozenset({*OFFICE, Role.ORGANISER, Role.TRAINER}),
    **dict.fromkeys(
        """organise_add organise_apply organise_attendance organise_cancel organise_change organise_close
        organise_code organise_copy organise_create organise_edit organise_new organise_participants
        organise_plan organise_publish organise_record organise_remove organise_reopen organise_screen
        organise_sheet organise_template organise_training organise_upload""".split(),
        frozenset({*OFFICE, Role.ORGANISER}),
    ),
    **dict.fromkeys("team_trainings team_training_decide".split(), frozenset({Role.SUPERVISOR})),
    "team_pairs": frozenset({*EXPORT, Role.SUPERVISOR, Role.ORGANISER}),
    **dict.fromkeys(
        "team_pair_new team_pair_propose".split(),
        frozenset({*OFFICE, Role.SUPERVISOR, Role.ORGANISER}),
    ),
    **dict.fromkeys(
        "team_approvals team_approve team_given team_take_back".split(),
        frozenset({Role.SUPERVISOR}),
    ),
    **dict.fromkeys("hr_withdraw hr_withdrawal".split(), OFFICE),
    **dict.fromkeys(
        "hr_levels_apply hr_levels_import hr_levels_plan hr_levels_template".split(), OFFICE
    ),
    **dict.fromkeys(
        "hr_bulk hr_bulk_batch hr_bulk_do hr_bulk_preview hr_bulk_resume hr_bulk_undo".split(),
        frozenset({*OFFICE, Role.VERIFIER, Role.ORGANISER}),
    ),
    **dict.fromkeys(
        """hr_siasn_apply_people hr_siasn_apply_results hr_siasn_people hr_siasn_people_template
        hr_records_apply hr_records_import hr_records_plan hr_records_template hr_siasn_plan_people hr_siasn_plan_results hr_siasn_results hr_siasn_results_template""".split(),
        OFFICE,
    ),
    **dict.fromkeys(
        "verification verification_claim verification_decide verification_document".split(),
        frozenset({*OFFICE, Role.VERIFIER}),
    ),
    **dict.fromkeys(
        """assess_decide assess_prior assess_prior_document assess_request""".split(),
        frozenset({Role.ASSESSOR, Role.VERIFIER, Role.ADMIN}),
    ),
    **dict.fromkeys("assess_person assess_record".split(), frozenset({Role.ASSESSOR, Role.ADMIN})),
    "assess_people": frozenset({Role.ASSESSOR, Role.VERIFIER, Role.ADMIN}),
    **dict.fromkeys("team_confirm team_confirmed".split(), frozenset({Role.SUPERVISOR})),
    **dict.fromkeys(
        "level_act level_piece".split(), frozenset({*OFFICE, Role.ASSESSOR, Role.SUPERVISOR})
    ),
    "assessment_document": SIGNED_IN,
    **dict.fromkeys(
        """framework framework_add framework_add_requirement framework_apply framework_apply_requirements
        framework_bands framework_level_names framework_save_level_names framework_begin framework_change_requirement framework_changes
        framework_competency framework_draft framework_file framework_import framework_import_requirements
        framework_new framework_new_requirement framework_plan framework_plan_requirements
        framework_publish framework_remove framework_remove_requirement framework_rename
        framework_requirement framework_requirements framework_requirements_file framework_retire
        framework_retirement framework_return framework_save framework_save_bands framework_succeed
        framework_version""".split(),
        OFFICE,
    ),
    **dict.fromkeys(
        """hr_assignments hr_assignment_new hr_assignment_make hr_assignment hr_assignment_change hr_assignment_end
        hr_assignment_resume""".split(),
        OFFICE,
    ),
    **dict.fromkeys(
        "assignments_person assignments_give assignments_move assignments_end team_due".split(),
        frozenset({*OFFICE, Role.SUPERVISOR}),
    ),
    "hr_due": EXPORT,
    "hr_claims": frozenset({*EXPORT, Role.VERIFIER}),
    "hr_ledger": LEDGER,
    "hr_match": frozenset({*EXPORT, Role.SUPERVISOR, Role.ORGANISER, Role.ASSESSOR}),
    **dict.fromkeys("hr_gaps hr_matches hr_match_download hr_professionalism".split(), EXPORT),
    **dict.fromkeys("team team_certificate_pdf team_competency team_person".split(), RECORDS),
    "admin": EXPORT,
    "admin_audit": LEDGER,
    **dict.fromkeys(
        """admin_answer_correction admin_corrections admin_add_number admin_add_person admin_add_unit admin_apply_import admin_codes admin_edit_person
        admin_end_sign_in admin_end_sign_ins admin_import admin_import_errors admin_import_template admin_make_code admin_make_codes
        admin_move_unit admin_new_person admin_people admin_person admin_plan_import admin_rename_unit
        admin_set_post admin_sign_ins admin_unit admin_units""".split(),
        OFFICE,
    ),
    **dict.fromkeys(
        """admin_certificate admin_certificate_sample admin_end_role admin_grant_role admin_preview_certificate
        admin_roles admin_save_certificate""".split(),
        ADMIN,
    ),
    **dict.fromkeys(
        """admin_change_duty admin_change_figure admin_change_measure admin_duty admin_figure
        admin_figures admin_measure admin_restore_figures""".split(),
        OFFICE,
    ),
    **dict.fromkeys(
        """studio studio_add studio_add_media studio_autosave studio_check studio_check_upload studio_compare
        studio_course studio_create studio_delete studio_do_add studio_do_delete studio_do_publish
        studio_do_restore studio_export studio_file studio_media studio_new studio_order studio_preview
        studio_preview_module studio_preview_quiz studio_publish studio_published studio_regrade studio_regrade_now studio_render studio_restore
        studio_save studio_show_media studio_take_upload studio_upload studio_versions
        studio_check_import studio_download_quiz studio_export_quiz studio_import studio_take_import""".split(),
        EDIT,
    ),
    **dict.fromkeys(
        """studio_apply_overrides studio_override studio_override_removal studio_override_sheet
        studio_override_template studio_overrides studio_plan_overrides studio_remove_override
        studio_set_override""".split(),
        EDIT,
    ),
    **dict.fromkeys(
        """studio_analyse studio_attempts_export studio_question_results studio_quiz_attempts studio_quiz_results studio_running
        studio_results""".split(),
        RESULTS,
    ),
    **dict.fromkeys(
        "grading studio_grade studio_grading studio_mark".split(),
        frozenset({Role.TRAINER, Role.ASSESSOR, Role.ADMIN}),
    ),
}
LAST = ("sign_out",)
FILLED = {
    "course": COURSE, "module": "01-satu", "quiz": "akhir", "cycle": 1, "seq": 1, "what": "module",
    "path": "course.md", "format": "csv", "code": "M.05", "attempt_id": "none", "question": "spbe",
    "digest": "0" * 64, "name": "none.css", "version_id": "none", "form": "KL06", "claim_id": 1, "correction_id": 1, "batch_id": 1,
    "session_id": 999, "request_id": 1, "pair_id": 1, "goal_id": 1, "meeting_id": 1, "mark": "none",
    "rule_id": 1, "series": "LEARN/2026", "number": 1, "requirement_id": 1, "place": 1, "set_id": 1, "job_id": 1, "approval_id": 1, "token": "0" * 32, "kind": "PNS", "part": 1, "key": "qualification",
}  # fmt: skip


def rules(app):
    """Return the rules of the pages (the API has a table of its own), signing out last."""
    found = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("learn.")]
    return sorted(found, key=lambda rule: (name(rule) in LAST, rule.endpoint, rule.rule))


def name(rule):
    """Return the endpoint without the blueprint's name."""
    return rule.endpoint.removeprefix("learn.")


def address(app, rule, values):
    """Return an address of the rule, its places filled in."""
    places = {place: values[place] for place in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, places)


def status(browser, app, rule, values):
    """Open the address, or send an empty form to it with a good token."""
    return send(browser, rule, address(app, rule, values))


def send(browser, rule, where):
    """Ask for `where` as its rule takes it."""
    if "GET" in rule.methods:
        answer = browser.get(where, follow_redirects=False)
    else:
        browser.get("/help")
        answer = browser.post(where, {"file": (BytesIO(b""), "")}, token=True)
    answer.response.close()
    return answer


@pytest.fixture
def city(app, now):
    """Publish a course; return addresses' places: a person in an office who completed something."""
    publish_course(app, now)
    with app.extensions["learn"].database.transaction() as session:
        office = make.unit(session, "A")
        person = make.person(session, unit=office)
        records.complete(session, person, records.version(COURSE), now=now)
        training = trainings.published(session)
        return {**FILLED, "training_id": training.id, "person_id": person.id, "unit_id": office.id}


def test_every_page_has_a_row_here_and_every_row_a_page(app):
    assert {name(rule) for rule in rules(app)} == set(TABLE)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_its_pages_and_no_other(app, signed_in, city, role):
    browser = signed_in(*([] if role == Role.EMPLOYEE else [role]))
    wrong = []
    for rule in rules(app):
        may = TABLE[name(rule)] in (ANYBODY, SIGNED_IN) or role in TABLE[name(rule)]
        answer = status(browser, app, rule, city)
        refused = answer.status == 403
        if answer.status >= 500 or refused == may:
            wrong.append((name(rule), answer.status, "may" if may else "may not"))
    assert wrong == []


def test_who_is_not_signed_in_is_led_to_the_sign_in(app, new_browser, city):
    wrong = []
    for rule in rules(app):
        answer = status(new_browser(), app, rule, city)
        led = answer.status in (302, 303) and "/sign-in" in answer.headers.get("Location", "")
        if TABLE[name(rule)] != ANYBODY and not led:
            wrong.append((name(rule), answer.status))
    assert wrong == []


@pytest.mark.parametrize("role", [role for role in Role if role != Role.EMPLOYEE])
def test_a_role_on_one_unit_reaches_nobody_and_no_unit_elsewhere(app, signed_in, city, role):
    with app.extensions["learn"].database.transaction() as session:
        elsewhere = make.unit(session, "B")
    browser = signed_in(role, unit=elsewhere)
    reached = [
        (name(rule), answer.status)
        for rule in rules(app)
        if rule.arguments & {"person_id", "unit_id"}
        and (answer := status(browser, app, rule, city)).status not in (403, 404)
    ]
    assert reached == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
def test_acts_of_the_whole_are_for_those_who_have_the_whole(app, signed_in, role):
    with app.extensions["learn"].database.transaction() as session:
        office = make.unit(session, "A")
    assert signed_in(role, unit=office).get("/admin/audit/").status == 403


@pytest.mark.parametrize("place", ["\0", "9" * 10, "9" * 30, "\ud800", "x" * 3000])
def test_an_address_that_can_be_nowhere_is_not_found(app, signed_in, place):
    browser = signed_in(Role.ADMIN)
    wrong = []
    for rule in rules(app):
        if rule.arguments - {"what"}:
            where = re.sub(r"<any[^>]*>", "module", rule.rule)
            where = re.sub(r"<[^>]*>", quote(place, safe="", errors="surrogatepass"), where)
            answer = send(browser, rule, where)
            if answer.status >= 500:
                wrong.append((name(rule), answer.status))
    assert wrong == []
