"""What goes in and what comes out, as models: bodies are checked by them, and the description is made of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

ModuleState = Literal["not_started", "in_progress", "completed"]
Score = Annotated[float, Field(ge=0, le=1, description="A share from 0 to 1.")]
Cursor = Annotated[
    str | None, Field(description="Give it as `cursor` for the next page; null: that was the last.")
]


class Sent(BaseModel):
    """What a client sends: nothing but what is declared."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class Told(BaseModel):
    """What the API replies: all that is declared, and no more."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class FieldError(Told):
    """One thing that is wrong: a field of the request, or a row and column of a sheet (header = row 1)."""

    field: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    message: str


class Problem(BaseModel):
    """An error (RFC 9457), in the language of who asks; `code` is stable, `detail` is for people."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] = Field(default=[], description="With 422: everything that is wrong.")


class PageQuery(Sent):
    """Which page of a list."""

    cursor: str | None = Field(None, max_length=1000, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=200, description="How many items at most.")


class UnitOut(Told):
    """A unit of the organisation."""

    code: str
    name: str


class Me(Told):
    """Who calls, and what they may do."""

    number: str | None = Field(description="NIP or NI PPPK held now.")
    name: str
    kind: Literal["PNS", "CPNS", "PPPK", "other"]
    unit: UnitOut | None
    post: str
    post_class: str
    grade: str
    language: str
    time_zone: str
    roles: list[str] = Field(description="Roles that count for this request.")
    token_role: str | None = Field(description="The one role that the token is narrowed to.")


class EvidenceOut(Told):
    """One thing that speaks for a level."""

    source: str = Field(
        description="course, quiz, training, mentoring, confirmation, import or prior."
    )
    ref: str = Field(description="What it was, such as course and cycle.")
    course: str | None
    cycle: int | None
    version: str | None = Field(description="The course version that it was earned on.")
    framework: str | None = Field(description="The version of the framework that was in force.")
    level: int
    observed_on: date | None = Field(description="The day on which a supervisor saw it.")
    recorded_at: datetime
    valid_until: datetime | None
    suspended_from: date | None
    suspended_until: date | None
    counts: bool
    reason: Literal["lapsed", "suspended", "withdrawn"] | None = Field(
        description="Why it does not count."
    )


class CompetencyOut(Told):
    """One competency of the framework; levels from 0 to 5."""

    code: str
    name: str
    learned_level: int
    assessed_level: int | None
    required_level: int | None
    gap: int | None = Field(description="Required minus learned, never below 0.")
    assessed_gap: int | None = Field(description="Required minus assessed, never below 0.")
    learned_until: date | None = Field(description="Last day of the learned level; null: for ever.")
    assessed_state: Literal["none", "valid", "suspended", "lapsed"]
    assessed_on: date | None
    assessed_until: date | None = Field(description="Last day of the assessment.")
    evidence: list[EvidenceOut]


class HoursOut(Told):
    """The learning hours (JP) of a year; `target` null: no figure is owed.

    For PPPK a year of the work agreement, where its first day is known: then its days stand here.
    """

    year: int = Field(description="The calendar year, or that in which the year begins.")
    earned: int
    target: int | None
    at_most: bool = Field(description="Whether `target` is a ceiling (PPPK); it hinders nothing.")
    starts_on: date | None = Field(description="First day of a year of an agreement.")
    ends_on: date | None = Field(description="Its last day.")


class CompletionOut(Told):
    """A course completed in a cycle, with what it was worth on that day."""

    course: str
    title: str
    version: str
    cycle: int
    enrolled_at: datetime
    completed_at: datetime
    score: Score | None
    hours: int
    form: str
    certificate: str | None
    valid_until: datetime | None
    withdrawn_at: datetime | None
    status: Literal["valid", "expired", "withdrawn"]


class RecordOut(Told):
    """A person's competencies, hours and completions."""

    name: str
    competencies: list[CompetencyOut]
    hours: list[HoursOut]
    completions: list[CompletionOut]


class CourseItem(Told):
    """A course in the catalogue."""

    course: str
    title: str
    summary: str
    hours: int = Field(description="Learning hours (JP) that completing it brings.")
    form: str = Field(description="Form of development, such as NKL03.")
    minutes: int = Field(description="Reading time of all modules.")
    modules: int
    language: str
    languages: list[str]
    version: str


class CourseList(Told):
    """A page of the catalogue."""

    items: list[CourseItem]
    next: Cursor


class OutcomeOut(Told):
    """What completing the course is evidence for."""

    competency: str
    name: str
    level: int


class ModuleOut(Told):
    """A module, and how far one is with it."""

    module: str
    title: str
    minutes: int
    state: ModuleState


class QuizOut(Told):
    """A quiz, and how far one is with it in this cycle."""

    quiz: str
    title: str
    role: Literal["pretest", "practice", "module", "final"]
    module: str | None
    behaviour: str
    questions: int
    pass_: float = Field(alias="pass", description="Pass mark from 0 to 100.")
    attempts: int | None = Field(description="How many are allowed in a cycle; null: any number.")
    time_limit: int | None = Field(description="Seconds; null: no limit.")
    attempts_used: int
    score: Score | None
    passed: bool | None


class RuleOut(Told):
    """A node of the completion rule: whether it is met, and what is missing."""

    kind: str
    key: str | None
    met: bool
    message: str
    done: float
    total: float
    children: list[RuleOut]


class CourseOut(CourseItem):
    """A course as the caller sees it."""

    modules: list[ModuleOut]  # type: ignore[assignment]  # here in full, in the catalogue their number
    description_html: str
    audience: str
    enrolment: Literal["open", "approval", "closed"]
    outcomes: list[OutcomeOut]
    quizzes: list[QuizOut]
    complete: RuleOut
    cycle: int | None = Field(description="Null: not begun.")
    completed_at: datetime | None


class EnrolmentOut(Told):
    """A cycle of a course that one has begun."""

    course: str
    cycle: int
    version: str
    enrolled_at: datetime


class ProgressIn(Sent):
    """How far one is with a module; a completed one stays completed."""

    state: Literal["in_progress", "completed"]


class ProgressOut(Told):
    """How far one is with a module now."""

    module: str
    state: ModuleState
    completed_course: bool = Field(description="Whether this completed the course.")


class OptionOut(Told):
    """Something to choose; its key tells nothing of place or rightness."""

    key: str
    html: str


class LevelOut(Told):
    """A level of a criterion, and the points it is worth."""

    key: str
    points: float
    html: str


class CriterionOut(Told):
    """A criterion of a rubric with its levels, or with the one that was given."""

    key: str
    html: str
    most: float = Field(description="The points of its best level.")
    levels: list[LevelOut]


class MarkOut(Told):
    """What the person who graded an answer wrote, and the levels of the rubric by criterion."""

    comment: str
    rubric: dict[str, str]
    criteria: list[CriterionOut]


class ReviewOut(Told):
    """What may be told of the result of one question."""

    verdict: Literal["right", "partly", "wrong", "empty", "waiting"] | None = None
    score: float | None = Field(
        None, ge=-2, le=1, description="What it counts; below 0 only with marking by certainty."
    )
    scales: dict[str, float] | None = Field(None, description="Other scales, as of a scenario.")
    mark: MarkOut | None = Field(None, description="What a person gave and wrote.")
    right: Any = None
    right_text: str | None = None
    marks: dict[str, bool] | None = None
    feedback_html: str | None = None
    option_feedback: dict[str, str] | None = None


class QuestionOut(BaseModel):
    """A question as it is asked; a type of a plugin may show more than is listed here."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    key: str
    type: str
    points: float
    prompt_html: str
    options: list[OptionOut] | None = Field(None, description="Of choices and orderings.")
    left: list[OptionOut] | None = Field(None, description="Of matchings.")
    right: list[OptionOut] | None = Field(None, description="Of matchings.")
    answer: Any = Field(None, description="The answer that is saved.")
    seq: int | None = Field(None, description="The number of that answer; give it as `based_on`.")
    flagged: bool
    checked: bool = Field(description="Whether the answer is final.")
    scored: bool = Field(description="Whether the question counts.")
    manual: bool = Field(description="Whether a person grades the answer.")
    tries_left: int = Field(description="How often the answer may still be checked.")
    hints_html: list[str] | None = Field(None, description="Hints that wrong tries have earned.")
    certainty: int | None = Field(None, description="How sure one said to be, from 1 to 3.")
    ahead: bool = Field(
        False, description="Whether it has not been reached yet where there is no way back."
    )
    review: ReviewOut | None = None


class AttemptOut(Told):
    """An attempt; results are there when the review policy of the quiz allows."""

    id: str
    course: str
    quiz: str
    title: str
    role: str
    behaviour: str
    cycle: int
    number: int
    attempts: int | None
    version: str
    state: Literal["open", "waiting", "graded"]
    waiting: int = Field(description="How many answers wait for a person to grade them.")
    started_at: datetime
    expires_at: datetime | None
    seconds_left: int | None
    submitted_at: datetime | None
    saved_at: datetime | None
    pass_: float = Field(alias="pass")
    score: Score | None
    passed: bool | None
    remark_html: str = Field(description="What the quiz says for this score; empty before it.")
    questions: list[QuestionOut]


class AnswerIn(Sent):
    """An answer: list of option keys (also for orderings), text, or right keys by left keys; null takes it back.

    Of an essay with files it is an object of text and files, of an upload one of files: digests of files
    that were sent for the question.
    """

    answer: Any
    client_id: str | None = Field(
        None,
        max_length=64,
        description="The client's name of this save (`tab-7:12`): once is enough.",
    )
    based_on: int | None = Field(
        None,
        ge=0,
        lt=2**31,
        description="The `seq` that was known; a newer one is not overwritten.",
    )
    certainty: int | None = Field(
        None, ge=1, le=3, description="How sure one is, where the quiz asks for it."
    )


class SavedOut(Told):
    """When the answer was saved."""

    saved_at: datetime
    seq: int


class SubmissionOut(Told):
    """The result of an attempt; the same however often it is handed in."""

    state: Literal["graded", "waiting"]
    score: Score | None = Field(description="Null while answers wait for a person to grade them.")
    passed: bool | None
    waiting: int = Field(description="How many answers wait for a person to grade them.")
    completed_course: bool = Field(description="Whether handing in completed the course.")
