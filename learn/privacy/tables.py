"""Which tables a copy of one's own data is made of, and which hold nothing to copy.

Every table that names a person stands in `TABLES`, in `ELSEWHERE` (told by a sheet of its own) or in
`NOT_COPIED` with the reason; a test compares that with the schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from learn.assignments.models import Assignment
from learn.certificates.models import Certificate
from learn.claims.models import Claim
from learn.competencies.models import (
    Assessment,
    CompetencyLevel,
    Evidence,
    PriorLearning,
)
from learn.errors import Message
from learn.exports.models import ColumnSet
from learn.hours.models import HoursCredit, HoursYear
from learn.mentoring.models import Approval, Goal, Meeting, Pair
from learn.notices.models import Mail, Notice
from learn.people.models import (
    Account,
    Mentee,
    OneTimeCode,
    PersonNumber,
    Post,
    RoleGrant,
    SignIn,
    Token,
)
from learn.privacy.models import Correction, NoticeRead, RecordReading
from learn.progress.models import Completion, Enrolment, ItemState, Place
from learn.quizzes.models import AnswerFile, PersonOverride, Step
from learn.siasn.models import SiasnPerson, SiasnRecord
from learn.trainings.models import Attendance, Seat

FROM, UNTIL, UNIT, WHEN = Message("From"), Message("Until"), Message("Unit"), Message("When")
COURSE, CYCLE, QUIZ = Message("Course"), Message("Cycle"), Message("Quiz")
VERSION, SCORE, JP = Message("Version"), Message("Score (0 to 1)"), Message("JP")
WITHDRAWN, VALID, BY = Message("Withdrawn"), Message("Valid until"), Message("By whom")
STATE, FORM, EXPIRES, MADE = (
    Message("State"), Message("Form of development"), Message("Expires"), Message("Made"),
)  # fmt: skip
COMPETENCY, LEVEL, ENTRY = Message("Competency"), Message("Level"), Message("Ledger entry")
ENDED, PASSED, BEGUN, DONE = (
    Message("Ended"), Message("Passed"), Message("Begun"), Message("Completed"),
)  # fmt: skip
ATTEMPT, QUESTION, KIND, NUMBER = (
    Message("Attempt"), Message("Question"), Message("Kind"), Message("Number"),
)  # fmt: skip

ACTOR_COLUMNS: Mapping[str, str] = {
    "assigned_by": "assigned_at", "confirmed_by": "confirmed_at", "approved_by": "approved_at", "logged_by": "logged_at",
    "proposed_by": "proposed_at", "set_by": "set_at", "made_by": "made_at", "decided_by": "decided_at", "reader_id": "at",
}  # fmt: skip
"""Columns that hold the id of somebody who acted, with that of the moment; the copy tells the role."""


@dataclass(frozen=True)
class Table:
    """One table as a sheet: the columns that are copied, by name, with their titles."""

    key: str
    title: Message
    about: Message
    model: type[Any]
    columns: Mapping[str, Message]


TABLES: tuple[Table, ...] = (
    Table("numbers", Message("Numbers"), Message("Employee numbers that you hold or held."),
          PersonNumber, {"number": NUMBER, "kind": KIND, "valid_from": FROM, "valid_to": UNTIL}),
    Table("posts", Message("Posts"), Message("The posts that you hold or held, with their units."),
          Post, {"since": FROM, "until": UNTIL, "unit_id": UNIT, "title": Message("Post"),
                 "post_class": Message("Class of post"), "grade": Message("Rank"),
                 "main": Message("Main post")}),
    Table("roles", Message("Roles"), Message("What you may or might do here, and where."),
          RoleGrant, {"role": Message("Role"), "unit_id": UNIT, "course": COURSE,
                      "granted_at": FROM, "ended_at": ENDED}),
    Table("account", Message("Account"), Message("When your password was set; the password itself is known to nobody."),
          Account, {"changed_at": Message("Password set"), "must_change": Message("Has to be changed")}),
    Table("sign-ins", Message("Sign-ins"), Message("When and with what kind of device you signed in."),
          SignIn, {"created_at": FROM, "expires_at": EXPIRES, "ended_at": ENDED, "device": Message("Device")}),
    Table("one-time-codes", Message("One-time codes"), Message("Codes with which you could set a password; the code itself is not kept."),
          OneTimeCode, {"made_at": MADE, "made_by": BY, "expires_at": EXPIRES, "used_at": Message("Used")}),
    Table("tokens", Message("Tokens"), Message("Tokens with which programs may act for you; the token itself is not kept."),
          Token, {"role": Message("Role"), "created_at": MADE, "expires_at": EXPIRES, "ended_at": ENDED}),
    Table("enrolments", Message("Courses begun"), Message("The courses that you began, and when."),
          Enrolment, {"course": COURSE, "cycle": CYCLE, "version_id": VERSION, "enrolled_at": BEGUN}),
    Table("modules-and-quizzes", Message("Modules and quizzes"), Message("How far you are with each module and quiz."),
          ItemState, {"course": COURSE, "cycle": CYCLE, "kind": KIND, "key": Message("Key"), "state": STATE,
                      "started_at": BEGUN, "completed_at": DONE, "attempts": Message("Attempts"),
                      "score": SCORE, "passed": PASSED, "version_id": VERSION}),
    Table("places", Message("Where you were reading"), Message("The last place in each course, so that you can go on there."),
          Place, {"course": COURSE, "module": Message("Module"), "anchor": Message("Heading"), "at": WHEN}),
    Table("steps", Message("Steps of attempts"), Message("What you did in quizzes, one line for each thing that was saved; the answers themselves stand in answers."),
          Step, {"attempt_id": ATTEMPT, "seq": NUMBER, "question": QUESTION, "kind": KIND, "at": WHEN}),
    Table("answer-files", Message("Files of answers"), Message("Files that you handed in as answers; the files are in the folder files."),
          AnswerFile, {"attempt_id": ATTEMPT, "question": QUESTION, "name": Message("File"), "media_type": KIND,
                       "size": Message("Bytes"), "digest": Message("Digest"), "at": WHEN}),
    Table("other-terms", Message("Other terms of quizzes"), Message("Terms of quizzes that were set for you; the reasons stand in the ledger."),
          PersonOverride, {"course": COURSE, "quiz": QUIZ, "attempts": Message("Attempts"),
                           "time_limit": Message("Seconds"), "opens_at": FROM, "closes_at": UNTIL,
                           "set_by": BY, "set_at": WHEN, "seq": ENTRY}),
    Table("completions", Message("Completed courses"), Message("The courses that you completed, and what they were worth."),
          Completion, {"course": COURSE, "title": Message("Title"), "cycle": CYCLE, "version_id": VERSION,
                       "enrolled_at": BEGUN, "completed_at": DONE, "unit_id": UNIT, "score": SCORE,
                       "hours": JP, "form": FORM, "certificate": Message("Certificate"),
                       "valid_until": VALID, "withdrawn_at": WITHDRAWN}),
    Table("hours", Message("Learning hours (JP)"), Message("Each credit of learning hours, and what it was for."),
          HoursCredit, {"year": Message("Year"), "jp": JP, "form": FORM, "source": Message("Source"),
                        "ref": Message("For"), "credited_at": WHEN, "withdrawn_at": WITHDRAWN, "seq": ENTRY}),
    Table("hours-by-year", Message("Learning hours by year"), Message("The sum of the hours that count in each year."),
          HoursYear, {"year": Message("Year"), "earned": JP}),
    Table("evidence", Message("Evidence of competencies"), Message("What speaks for your levels."),
          Evidence, {"competency": COMPETENCY, "level": LEVEL, "course": COURSE, "cycle": CYCLE,
                     "version_id": VERSION, "source": Message("Source"), "ref": Message("For"),
                     "framework": Message("Framework"), "actor_id": BY, "observed_on": Message("Observed"),
                     "recorded_at": WHEN, "valid_until": VALID, "suspended_from": Message("Suspended from"),
                     "suspended_until": Message("Suspended until"), "withdrawn_at": WITHDRAWN, "seq": ENTRY}),
    Table("assessments", Message("Assessments"), Message("Levels that an assessor or HR recorded; notes stand in the ledger, reports are in the folder files."),
          Assessment, {"competency": COMPETENCY, "level": LEVEL, "assessed_on": Message("Assessed"),
                       "valid_until": VALID, "instrument": KIND, "source": Message("Source"),
                       "framework": Message("Framework"), "actor_id": BY, "recorded_at": WHEN,
                       "document": Message("Document (digest)"), "suspended_from": Message("Suspended from"),
                       "suspended_until": Message("Suspended until"), "withdrawn_at": WITHDRAWN, "seq": ENTRY}),
    Table("prior-learning", Message("Prior learning"), Message("What you asked to be recognised; what you wrote stands in the ledger, your documents are in the folder files."),
          PriorLearning, {"id": NUMBER, "competency": COMPETENCY, "level": LEVEL, "state": STATE,
                          "submitted_at": Message("Sent"), "decided_at": Message("Decided"), "decided_by": BY,
                          "given_level": Message("Level given"), "valid_until": VALID,
                          "documents": Message("Document (digest)"), "text_seq": ENTRY}),
    Table("levels", Message("Levels of competencies"), Message("The levels that follow from the evidence, and those that were assessed."),
          CompetencyLevel, {"competency": COMPETENCY, "learned_level": Message("Learned level"),
                            "learned_at": WHEN, "assessed_level": Message("Assessed level"),
                            "assessed_on": Message("Assessed"), "assessed_until": VALID}),
    Table("certificates", Message("Certificates"), Message("Your certificates; the code opens the public page that confirms them."),
          Certificate, {"number": NUMBER, "code": Message("Code"), "course": COURSE, "cycle": CYCLE,
                        "issued_at": Message("Issued"), "withdrawn_at": WITHDRAWN}),
    Table("claims", Message("Development done elsewhere"), Message("What you claimed; what you wrote stands in the ledger, your documents are in the folder files."),
          Claim, {"id": NUMBER, "form": FORM, "starts_on": FROM, "ends_on": UNTIL, "jp": JP, "state": STATE,
                  "source": Message("Source"), "started_at": BEGUN, "submitted_at": Message("Sent"),
                  "decided_at": Message("Decided"), "decided_by": BY, "figures": Message("Figures"), "document": Message("Document (digest)"),
                  "text_seq": ENTRY}),
    Table("assignments", Message("Assignments"), Message("Courses that you have or had to complete, or that were recommended; reasons stand in the ledger."),
          Assignment, {"course": COURSE, "cycle": CYCLE, "required": Message("Mandatory"), "due_on": Message("Due date"),
                       "state": STATE, "source": Message("Source"), "rule_id": Message("Rule"),
                       "assigned_at": Message("Assigned"), "assigned_by": BY, "closed_at": Message("Closed"),
                       "why_ended": Message("Reason"), "asked_until": Message("Time asked for until"), "seq": ENTRY}),
    Table("told", Message("Notices"), Message("What you were told here, and when you read it."),
          Notice, {"kind": KIND, "data": Message("Figures"), "at": WHEN, "read_at": Message("Read")}),
    Table("mails", Message("Mails"), Message("Notices that also went out by mail."),
          Mail, {"key": Message("Key"), "written_at": MADE, "tries": Message("Attempts"), "sent_at": Message("Sent"),
                 "problem": Message("Problem")}),
    Table("mentoring", Message("Mentoring and coaching"), Message("Pairs in which you are the mentee; aims and reasons stand in the ledger."),
          Pair, {"id": NUMBER, "form": FORM, "starts_on": FROM, "ends_on": UNTIL, "competencies": COMPETENCY,
                 "state": STATE, "proposed_at": Message("Proposed"), "proposed_by": BY, "meetings": Message("Confirmed meetings"),
                 "minutes": Message("Minutes"), "jp": JP, "confirmed_at": Message("Confirmed"),
                 "confirmed_by": Message("Confirmed by")}),
    Table("mentoring-goals", Message("Goals of mentoring"), Message("Goals of your pairs; their texts stand in the ledger."),
          Goal, {"id": NUMBER, "pair": Message("Pair"), "competency": COMPETENCY, "level": LEVEL,
                 "due_on": UNTIL, "state": STATE, "set_at": WHEN, "text_seq": ENTRY}),
    Table("mentoring-meetings", Message("Meetings of mentoring"), Message("Meetings of your pairs; what was noted stands in the ledger."),
          Meeting, {"id": NUMBER, "pair": Message("Pair"), "day": Message("Day"), "starts_at": FROM, "ends_at": UNTIL,
                    "minutes": Message("Minutes"), "mode": KIND, "competency": COMPETENCY, "state": STATE,
                    "logged_by": BY, "logged_at": WHEN, "text_seq": ENTRY}),
    Table("mentors", Message("Your mentors now"), Message("From when until when a mentor may read your record."),
          Mentee, {"pair": Message("Pair"), "since_at": FROM, "until_at": UNTIL}),
    Table("approvals", Message("Applied at work"), Message("What a supervisor or mentor confirmed for your courses."),
          Approval, {"course": COURSE, "cycle": CYCLE, "role": Message("Role"), "approved_by": BY,
                     "approved_at": WHEN, "withdrawn_at": WITHDRAWN}),
    Table("training-places", Message("Trainings"), Message("The trainings that you signed up for, and what your attendance came to; reasons stand in the ledger."),
          Seat, {"training_id": Message("Training"), "state": STATE, "turn": Message("Turn"),
                 "asked_at": Message("Signed up"), "since": Message("Since"), "decided_by": BY,
                 "minutes": Message("Minutes"), "share": Message("Attendance"),
                 "fulfilled": Message("Attended enough"), "jp": JP, "seq": ENTRY}),
    Table("attendance", Message("Attendance"), Message("What was recorded of you at each session of trainings, and by whom."),
          Attendance, {"training_id": Message("Training"), "session_id": Message("Session"), "state": STATE,
                       "minutes": Message("Minutes"), "way": KIND, "recorded_at": WHEN,
                       "recorded_by": BY, "seq": ENTRY}),
    Table("readings", Message("Who looked at your record"), Message("Who opened your record because of their office, by role, once a day for each part."),
          RecordReading, {"at": WHEN, "reader_id": BY, "what": Message("What")}),
    Table("notices", Message("Privacy notices"), Message("Which versions of the privacy notice you read."),
          NoticeRead, {"version": VERSION, "at": WHEN}),
    Table("corrections", Message("Corrections"), Message("Corrections of your data that you asked for; the texts stand in the ledger."),
          Correction, {"id": ENTRY, "field": Message("What"), "state": STATE, "asked_at": WHEN,
                       "decided_at": Message("Decided"), "decided_by": BY}),
    Table("column-sets", Message("Sets of columns"), Message("Sets of columns that you saved for exports."),
          ColumnSet, {"kind": KIND, "name": Message("Name"), "columns": Message("Columns"), "unit_id": UNIT,
                      "saved_at": WHEN}),
    Table("siasn", Message("Your id in SIASN"), Message("The id by which the national system knows you."),
          SiasnPerson, {"siasn_id": NUMBER, "set_at": WHEN}),
    Table("siasn-records", Message("Records in SIASN"), Message("Which records were sent to the national system, and what it answered."),
          SiasnRecord, {"source": KIND, "course": COURSE, "number": NUMBER, "state": STATE,
                        "siasn_id": Message("Id there"), "message": Message("Answer"), "changed_at": WHEN}),
)  # fmt: skip

ELSEWHERE: Mapping[str, str] = {
    "learn_person": "profile",
    "learn_attempt": "attempts",
    "learn_ledger": "ledger",
    "learn_ledger_detail": "ledger",
    "learn_audit": "acts",
}
"""Tables that are told by a sheet of their own."""

NOT_COPIED: Mapping[str, str] = {
    "learn_ledger_head": "the number and digest of the last entry, which the ledger has too",
    "learn_idempotent_reply": "replies to programs, kept for two days, made of what is copied anyway",
    "learn_unit_override": "terms of units; who set them stands in the acts of that person",
    "learn_version": "texts of courses; who published them stands in the acts of that person",
    "learn_assignment_rule": "rules of assignment; who made them stands in the acts of that person",
    "learn_framework_version": "the framework; who published it stands in the acts of that person",
    "learn_framework_draft": "the framework that is being written, not about the writer",
    "learn_requirement": "levels that posts require; who set them stands in the acts of that person",
    "learn_draft": "texts of courses that are being written, not about the writer",
    "learn_match_line": "gaps and matches, which follow from levels and posts, made again at any time",
    "learn_training": "trainings; who planned them stands in the acts of that person",
    "learn_bulk_batch": "bulk acts; who did them stands in the acts of that person",
    "learn_bulk_item": "who was part of a bulk act; each entry of the ledger names it",
    "learn_hours_figures": "figures of JP; who changed them stands in the acts of that person",
    "learn_job": "files that were asked for, about other people; each export stands in the acts of that person",
    "learn_siasn_batch": "lists of records that were marked together; who did stands in their acts",
}
"""Tables that name a person and hold nothing about them that is not copied from elsewhere."""
