"""Entries of the ledger and acts of the audit chain, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from learn.bulk.kinds import ACTS as BULK_ACTS
from learn.competencies.assessments.services import INSTRUMENTS
from learn.competencies.evidence.why import SOURCE_NAMES
from learn.errors import Invalid, Message
from learn.exports.kinds import KINDS as EXPORT_KINDS
from learn.hours.figures import FIGURES_CHANGED
from learn.ledger.reading import Line
from learn.people.access import ROLE_NAMES
from learn.people.posts import POST_CLASSES
from learn.trainings.rules import PLACE_NAMES, PRESENCE_NAMES
from learn.web.admin.figure_words import name_of
from learn.web.context import arguments
from learn.web.i18n import grade, say, short_date

ENTRIES: Mapping[str, Message] = {
    "person_added": Message("Added as an employee"),
    "person_changed": Message("Data of the person changed: %(fields)s"),
    "person_linked": Message("Linked with an account of the host"),
    "number_added": Message("A new employee number"),
    "post_set": Message("A post, since %(since)s"),
    "posts_imported": Message("The history of posts brought in or corrected"),
    "role_granted": Message("The role %(role)s granted"),
    "role_ended": Message("A role ended (granted in entry %(grant)s)"),
    "enrolled": Message("The course %(course)s begun, cycle %(cycle)s"),
    "module_started": Message("Module %(module)s of %(course)s begun"),
    "module_completed": Message("Module %(module)s of %(course)s completed"),
    "attempt_started": Message("An attempt at the quiz %(quiz)s of %(course)s begun"),
    "attempt_extended": Message("The end of an attempt at the quiz %(quiz)s of %(course)s moved"),
    "quiz_override_set": Message("Other terms set for the quiz %(quiz)s of %(course)s"),
    "quiz_override_removed": Message("Other terms for the quiz %(quiz)s of %(course)s taken away"),
    "attempt_waiting": Message(
        "Answers to the quiz %(quiz)s of %(course)s wait to be graded: %(waiting)s"
    ),
    "attempt_graded": Message("The quiz %(quiz)s of %(course)s graded: %(score)s"),
    "attempt_regraded": Message("The quiz %(quiz)s of %(course)s graded again: %(score)s"),
    "course_completed": Message("The course %(course)s completed, cycle %(cycle)s"),
    "course_assigned": Message("The course %(course)s assigned, cycle %(cycle)s, due %(due)s"),
    "due_changed": Message("The due date of %(course)s moved to %(due)s"),
    "more_time_asked": Message("More time asked for %(course)s: until %(until)s"),
    "more_time_refused": Message("More time for %(course)s refused"),
    "assignment_ended": Message("The assignment of %(course)s ended, cycle %(cycle)s"),
    "completion_withdrawn": Message("The completion of %(course)s withdrawn, cycle %(cycle)s"),
    "completion_reinstated": Message("The completion of %(course)s counts again, cycle %(cycle)s"),
    "enrolment_withdrawn": Message("The enrolment in %(course)s taken back, cycle %(cycle)s"),
    "claim_imported": Message("A record of an older system brought in: %(jp)s JP"),
    "claim_reopened": Message("Claim %(claim)s waits for verification again"),
    "evidence_reinstated": Message("Evidence counts again (entry %(evidence)s)"),
    "hours_reinstated": Message("JP count again (entry %(credit)s)"),
    "certificate_reinstated": Message("Certificate for %(course)s holds again, cycle %(cycle)s"),
    "evidence_recorded": Message("Evidence for %(competency)s at level %(level)s, from %(course)s"),
    "evidence_recorded_other": Message(
        "Evidence for %(competency)s at level %(level)s (%(source)s, %(ref)s)"
    ),
    "evidence_withdrawn": Message("Evidence withdrawn (entry %(evidence)s)"),
    "evidence_suspended": Message(
        "Evidence suspended from %(from)s to %(until)s (entry %(evidence)s)"
    ),
    "evidence_resumed": Message("The suspension of evidence ended (entry %(evidence)s)"),
    "level_assessed": Message(
        "Assessed level of %(competency)s: %(level)s, on %(assessed_on)s (%(instrument)s)"
    ),
    "assessment_withdrawn": Message("Assessment withdrawn (entry %(assessment)s)"),
    "assessment_suspended": Message(
        "Assessment suspended from %(from)s to %(until)s (entry %(assessment)s)"
    ),
    "assessment_resumed": Message("The suspension of an assessment ended (entry %(assessment)s)"),
    "prior_submitted": Message(
        "Recognition of prior learning asked for: %(competency)s, level %(level)s"
    ),
    "prior_resubmitted": Message("Request %(request)s for prior learning sent again"),
    "prior_withdrawn": Message("Request %(request)s for prior learning withdrawn"),
    "prior_accepted": Message("Request %(request)s for prior learning accepted at level %(level)s"),
    "prior_returned": Message("Request %(request)s for prior learning returned for correction"),
    "prior_rejected": Message("Request %(request)s for prior learning rejected"),
    "prior_revoked": Message("Request %(request)s for prior learning revoked"),
    "level_learned": Message("Learned level of %(competency)s: %(level)s"),
    "hours_credited": Message("%(jp)s JP credited for %(course)s in %(year)s"),
    "hours_credited_claim": Message("%(jp)s JP credited for claim %(claim)s in %(year)s"),
    "hours_credited_other": Message("%(jp)s JP credited in %(year)s (%(source)s %(ref)s)"),
    "hours_withdrawn": Message("JP withdrawn (entry %(credit)s)"),
    "claim_drafted": Message("Development done elsewhere (%(form)s) written down: %(jp)s JP"),
    "claim_changed": Message("Claim %(claim)s changed: %(jp)s JP"),
    "claim_submitted": Message("Claim %(claim)s sent to be verified: %(jp)s JP"),
    "claim_withdrawn": Message("Claim %(claim)s withdrawn"),
    "claim_accepted": Message("Claim %(claim)s accepted: %(jp)s JP"),
    "claim_returned": Message("Claim %(claim)s returned for correction"),
    "claim_rejected": Message("Claim %(claim)s rejected"),
    "claim_revoked": Message("Claim %(claim)s revoked"),
    "training_signed_up": Message("Signed up for training %(training)s: %(state)s"),
    "training_approved": Message("The sign-up for training %(training)s approved: %(state)s"),
    "training_refused": Message("The sign-up for training %(training)s refused"),
    "training_moved_up": Message("Moved up to a place in training %(training)s"),
    "training_withdrawn": Message("Signed off from training %(training)s"),
    "training_cancelled": Message("Training %(training)s cancelled"),
    "training_finished": Message(
        "Training %(training)s closed: %(minutes)s of %(planned)s minutes attended, %(jp)s JP"
    ),
    "training_reopened": Message("Training %(training)s opened again"),
    "attendance_recorded": Message(
        "Attendance at session %(session)s of training %(training)s: %(state)s, %(minutes)s minutes"
    ),
    "certificate_issued": Message("Certificate %(number)s issued for %(course)s"),
    "notice_read": Message("The privacy notice read, version %(version)s"),
    "correction_asked": Message("A correction of personal data asked for"),
    "correction_done": Message("The correction asked for in entry %(correction)s made"),
    "correction_refused": Message("The correction asked for in entry %(correction)s refused"),
    "correction_withdrawn": Message("The correction asked for in entry %(correction)s taken back"),
    "mentoring_proposed": Message(
        "A pair for mentoring (%(form)s) proposed, %(starts_on)s to %(ends_on)s"
    ),
    "mentoring_mentor_named": Message("The mentor of pair %(pair)s named"),
    "mentoring_accepted": Message("Pair %(pair)s accepted by the mentor"),
    "mentoring_declined": Message("Pair %(pair)s declined by the mentor"),
    "mentoring_begun": Message("Pair %(pair)s confirmed by the supervisor: it begins"),
    "mentoring_refused": Message("Pair %(pair)s refused"),
    "mentoring_withdrawn": Message("Pair %(pair)s withdrawn"),
    "mentoring_ended": Message("Pair %(pair)s ended"),
    "mentoring_confirmed": Message("What pair %(pair)s brought confirmed: %(jp)s JP"),
    "mentoring_taken_back": Message("The confirmation of pair %(pair)s taken back"),
    "mentoring_goal_set": Message("A goal of pair %(pair)s set for %(competency)s"),
    "mentoring_goal_changed": Message("Goal %(goal)s of pair %(pair)s changed"),
    "mentoring_goal_judged": Message("Goal %(goal)s of pair %(pair)s: %(state)s"),
    "mentoring_meeting_logged": Message(
        "A meeting of pair %(pair)s noted: %(day)s, %(minutes)s minutes"
    ),
    "mentoring_meeting_changed": Message(
        "Meeting %(meeting)s of pair %(pair)s corrected: %(day)s, %(minutes)s minutes"
    ),
    "mentoring_meeting_confirmed": Message("Meeting %(meeting)s of pair %(pair)s confirmed"),
    "mentoring_meeting_disputed": Message("Meeting %(meeting)s of pair %(pair)s sent back"),
    "mentoring_meeting_removed": Message("Meeting %(meeting)s of pair %(pair)s taken out"),
    "work_approved": Message(
        "Applied at work what the course %(course)s asks, confirmed for cycle %(cycle)s"
    ),
    "work_approval_withdrawn": Message("A confirmation of work taken back (entry %(approval)s)"),
    "certificate_withdrawn": Message("Certificate for %(course)s withdrawn, cycle %(cycle)s"),
}

ACTS: Mapping[str, Message] = {
    "assignment_rule_made": Message("A rule that assigns %(course)s made (rule %(rule)s)"),
    "assignment_rule_changed": Message("A rule that assigns %(course)s changed (rule %(rule)s)"),
    "assignment_rule_ended": Message("A rule that assigns %(course)s ended (rule %(rule)s)"),
    "assignment_rule_resumed": Message("A rule that assigns %(course)s resumed (rule %(rule)s)"),
    "exported": Message("Records exported: %(what)s as %(format)s"),
    "course_published": Message("The course %(course)s published"),
    "content_pushed": Message("Texts of the course %(course)s received"),
    "draft_kept": Message("A draft of the course %(course)s kept as a version"),
    "draft_restored": Message("An earlier version of the course %(course)s restored"),
    "quiz_override_set": Message(
        "Other terms set for the quiz %(quiz)s of %(course)s (unit %(unit)s)"
    ),
    "quiz_override_removed": Message(
        "Other terms for the quiz %(quiz)s of %(course)s taken away (unit %(unit)s)"
    ),
    "unit_created": Message("The unit %(name)s made"),
    "unit_renamed": Message("The unit %(before)s renamed to %(after)s"),
    "unit_moved": Message("A unit moved (unit %(unit)s)"),
    "unit_described": Message("Kind, time zone or days of unit %(unit)s changed"),
    "records_imported": Message("Older records brought in: %(records)s, %(hours)s JP"),
    "sheets_imported": Message(
        "Units (%(units_new)s new, %(units_changed)s changed) and posts (%(posts_new)s new, %(posts_changed)s changed) imported"
    ),
    "unit_closed": Message("A unit closed after %(last_day)s (unit %(unit)s)"),
    "people_imported": Message(
        "People imported: %(new)s new, %(changed)s changed, %(units)s units made"
    ),
    "codes_made": Message("One-time codes made: %(people)s"),
    "codes_taken_back": Message("One-time codes taken back: %(people)s (bulk act %(batch)s)"),
    "bulk_act": Message("Bulk act %(batch)s (%(what)s): %(count)s"),
    "bulk_undone": Message("Bulk act %(batch)s (%(what)s) undone: %(count)s"),
    "siasn_marked": Message("Marked as exported to SIASN: %(count)s records in batch %(batch)s"),
    "siasn_people_linked": Message(
        "Ids of people in SIASN: %(linked)s set, %(removed)s taken away"
    ),
    "siasn_results_taken": Message("Results from SIASN: %(accepted)s accepted, %(failed)s refused"),
    "details_erased": Message(
        "Names and texts taken out of the entries of people who have left: %(count)s people"
    ),
    "training_created": Message("Training %(training)s planned (unit %(unit)s)"),
    "training_changed": Message("Training %(training)s changed: %(fields)s"),
    "training_published": Message("Training %(training)s published"),
    "training_cancelled": Message("Training %(training)s cancelled"),
    "training_closed": Message("Training %(training)s closed"),
    "training_reopened": Message("Training %(training)s opened again"),
    "certificate_design_saved": Message("The design of certificates saved (design %(design)s)"),
    "framework_published": Message(
        "Version %(number)s of the competency framework published, in force from %(from)s: %(changes)s changes"
    ),
    "framework_draft_begun": Message(
        "A draft of the competency framework begun, from version %(base)s"
    ),
    "framework_draft_removed": Message("The draft of the competency framework removed"),
    "requirement_added": Message(
        "Required level of %(competency)s: %(level)s from %(since)s (%(post)s%(post_class)s)"
    ),
    "requirement_changed": Message(
        "Required level of %(competency)s corrected: %(level)s from %(since)s (%(post)s%(post_class)s)"
    ),
    "requirement_removed": Message(
        "Required level of %(competency)s removed: %(level)s from %(since)s (%(post)s%(post_class)s)"
    ),
    "requirements_imported": Message(
        "Required levels imported: %(new)s new, %(changed)s corrected"
    ),
    "levels_decided": Message(
        "Levels decided anew by the framework %(framework)s: %(changed)s changed"
    ),
    "levels_imported": Message("Assessed levels imported: %(new)s"),
    "hours_figures_changed": Message("Figures changed: %(key)s"),
    "crowd_made": Message("Made-up people added: %(number)s"),
}

NAMES: Mapping[str, Mapping[str, Message]] = {
    "role": ROLE_NAMES,
    "instrument": INSTRUMENTS,
    "source": SOURCE_NAMES,
}
"""What stands in the data by a key, with its names in words."""
DAY = re.compile(r"[12]\d{3}-\d\d-\d\d")

KINDS: Mapping[str, Message] = {
    "assignment_rule_made": Message("Rules of assignment made"),
    "assignment_rule_changed": Message("Rules of assignment changed"),
    "assignment_rule_ended": Message("Rules of assignment ended"),
    "assignment_rule_resumed": Message("Rules of assignment resumed"),
    "exported": Message("Exports"),
    "course_published": Message("Courses published"),
    "content_pushed": Message("Course texts received"),
    "draft_kept": Message("Drafts kept"),
    "draft_restored": Message("Versions restored"),
    "quiz_override_set": Message("Other terms of quizzes set"),
    "quiz_override_removed": Message("Other terms of quizzes taken away"),
    "unit_created": Message("Units made"),
    "unit_renamed": Message("Units renamed"),
    "unit_moved": Message("Units moved"),
    "unit_described": Message("Units described"),
    "records_imported": Message("Older records brought in"),
    "sheets_imported": Message("Units and posts imported"),
    "unit_closed": Message("Units closed"),
    "people_imported": Message("People imported"),
    "codes_made": Message("One-time codes made"),
    "codes_taken_back": Message("One-time codes taken back"),
    "bulk_act": Message("Bulk acts"),
    "bulk_undone": Message("Bulk acts undone"),
    "siasn_marked": Message("Marked as exported to SIASN"),
    "siasn_people_linked": Message("Ids of people in SIASN"),
    "siasn_results_taken": Message("Results from SIASN"),
    "details_erased": Message("Names and texts erased"),
    "training_created": Message("Trainings planned"),
    "training_changed": Message("Trainings changed"),
    "training_published": Message("Trainings published"),
    "training_cancelled": Message("Trainings cancelled"),
    "training_closed": Message("Trainings closed"),
    "training_reopened": Message("Trainings opened again"),
    "certificate_design_saved": Message("Designs of certificates saved"),
    "framework_published": Message("Competency framework published"),
    "framework_draft_begun": Message("Drafts of the framework begun"),
    "framework_draft_removed": Message("Drafts of the framework removed"),
    "requirement_added": Message("Required levels added"),
    "requirement_changed": Message("Required levels corrected"),
    "requirement_removed": Message("Required levels removed"),
    "requirements_imported": Message("Required levels imported"),
    "levels_decided": Message("Levels decided anew"),
    "levels_imported": Message("Assessed levels imported"),
    "hours_figures_changed": Message("Figures changed"),
    "crowd_made": Message("Made-up people added"),
}


TRAINING_STATES = {**PLACE_NAMES, **PRESENCE_NAMES}


class _Given(dict[str, Any]):
    """What an entry says; what it does not say is a dash, also in entries of older programs."""

    def __missing__(self, key: str) -> str:
        return "–"


def entry_words(line: Line) -> str:
    """Return an entry of a person's chain in words."""
    if line.kind == "evidence_recorded" and line.data.get("source", "course") != "course":
        return _words(ENTRIES, replace(line, kind="evidence_recorded_other"))
    if line.kind == "hours_credited" and line.data.get("claim"):
        return _words(ENTRIES, replace(line, kind="hours_credited_claim"))
    if line.kind == "hours_credited" and line.data.get("source"):
        return _words(ENTRIES, replace(line, kind="hours_credited_other"))
    return _words(ENTRIES, line)


def act_words(line: Line) -> str:
    """Return an act of the audit chain in words."""
    if line.kind == FIGURES_CHANGED:
        line = replace(line, data={**line.data, "key": name_of(str(line.data.get("key", "")))})
    return _words(ACTS, line)


def _words(sentences: Mapping[str, Message], line: Line) -> str:
    sentence = sentences.get(line.kind)
    if sentence is None:
        return line.kind.replace("_", " ")
    return say(sentence.msgid) % _Given(_shown(line.data))


def _shown(data: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: _day(value) for name, value in data.items() if value is not None}
    if isinstance(shown.get("score"), int | float):
        shown["score"] = grade(shown["score"])
    shown |= _named(shown)
    if "training" in shown and shown.get("state") in TRAINING_STATES:
        shown["state"] = say(TRAINING_STATES[shown["state"]])
    for name in ("fields", "people"):
        if isinstance(shown.get(name), list):
            many = shown[name]
            shown[name] = len(many) if name == "people" else ", ".join(map(str, many))
    return shown


def _named(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of what stands in the data by a key."""
    named = {
        name: say(names[data[name]]) for name, names in NAMES.items() if data.get(name) in names
    }
    if "batch" in data and data.get("what") in BULK_ACTS:
        named["what"] = say(BULK_ACTS[data["what"]].title)
    if "format" in data and data.get("what") in EXPORT_KINDS:
        named["what"] = say(EXPORT_KINDS[data["what"]].title)
    if data.get("post_class") in POST_CLASSES:
        named["post_class"] = POST_CLASSES[data["post_class"]]
    return named


def _day(value: Any) -> Any:
    """Return a day as tables write it; anything else as it is."""
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return value
    try:
        return short_date(date.fromisoformat(value))
    except ValueError:  # looks like a day and is none
        return value


def kind_name(kind: str) -> str:
    """Return the name of a kind of acts."""
    return say(KINDS[kind]) if kind in KINDS else kind.replace("_", " ")


def before() -> int | None:
    """Return the number below which a list goes on, from ``?before=``."""
    text = arguments().get("before", "")
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Invalid(Message("This is not a place in the list. Start again from its first page."))
    return int(text)
