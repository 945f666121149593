"""Who may do what to whom: the one place that decides.  Pages, API, commands and exports only ask.

A role is granted on a unit and reaches the units below it; a trainer's reaches courses. Everybody
reaches themselves. Nothing here knows a table: paths of units come in as text (``/1/5/``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import reduce

from learn.errors import Forbidden, Message


class Role(StrEnum):
    """The roles; everybody is an employee without being granted it."""

    EMPLOYEE = "employee"
    SUPERVISOR = "supervisor"
    MENTOR = "mentor"
    TRAINER = "trainer"
    ORGANISER = "organiser"
    HR = "hr"
    VERIFIER = "verifier"
    ASSESSOR = "assessor"
    AUDITOR = "auditor"
    ADMIN = "admin"


ROLE_NAMES: Mapping[str, Message] = {
    Role.EMPLOYEE: Message("Employee"),
    Role.SUPERVISOR: Message("Supervisor"),
    Role.MENTOR: Message("Mentor"),
    Role.TRAINER: Message("Trainer"),
    Role.ORGANISER: Message("Organiser"),
    Role.HR: Message("HR officer"),
    Role.VERIFIER: Message("Verifier"),
    Role.ASSESSOR: Message("Assessor"),
    Role.AUDITOR: Message("Auditor"),
    Role.ADMIN: Message("Administrator"),
}


class Action(StrEnum):
    """What can be asked for; the table `RULES` says which roles may."""

    READ_OWN = "read_own"
    READ_PEOPLE = "read_people"
    READ_RECORDS = "read_records"
    READ_FIGURES = "read_figures"
    READ_RESULTS = "read_results"
    READ_LEDGER = "read_ledger"
    READ_AUDIT = "read_audit"
    EXPORT = "export"
    MARK_EXPORTED = "mark_exported"
    IMPORT_PEOPLE = "import_people"
    MANAGE_PEOPLE = "manage_people"
    MAKE_CODES = "make_codes"
    GRANT_ROLES = "grant_roles"
    ENROL_PEOPLE = "enrol_people"
    ASSIGN = "assign"
    ASSIGN_BY_RULE = "assign_by_rule"
    MANAGE_TRAININGS = "manage_trainings"
    RECORD_ATTENDANCE = "record_attendance"
    OVERRIDE_QUIZZES = "override_quizzes"
    APPROVE = "approve"
    READ_PAIRS = "read_pairs"
    PROPOSE_PAIRS = "propose_pairs"
    CONFIRM_PAIRS = "confirm_pairs"
    VERIFY_RECORDS = "verify_records"
    ASSESS = "assess"
    CONFIRM_LEVELS = "confirm_levels"
    REVIEW_PRIOR = "review_prior"
    IMPORT_LEVELS = "import_levels"
    GRADE_ANSWERS = "grade_answers"
    REVOKE = "revoke"
    CREATE_COURSE = "create_course"
    EDIT_COURSE = "edit_course"
    PUBLISH_COURSE = "publish_course"
    MANAGE_FRAMEWORK = "manage_framework"
    MANAGE_SETTINGS = "manage_settings"


class Reach(Enum):
    """How far a role carries an action."""

    UNIT = "the people of the unit it is granted on, and of all units below"
    PAIRS = "the people one is mentor of"
    COURSE = "the course it is granted on, or every course"
    ALL_COURSES = "every course, when it is granted on none"
    WHOLE = "everything, and only when it is granted on the root"


_UNIT, _WHOLE, _COURSE, _PAIRS = Reach.UNIT, Reach.WHOLE, Reach.COURSE, Reach.PAIRS
_OFFICE = {Role.HR: _UNIT, Role.ADMIN: _UNIT}
_READERS = {
    Role.SUPERVISOR: _UNIT,
    Role.MENTOR: _PAIRS,
    Role.VERIFIER: _UNIT,
    Role.ASSESSOR: _UNIT,
    Role.AUDITOR: _UNIT,
    **_OFFICE,
}

RULES: Mapping[Action, Mapping[Role, Reach]] = {
    Action.READ_OWN: {},
    Action.READ_PEOPLE: {**_READERS, Role.ORGANISER: _UNIT},
    Action.READ_RECORDS: _READERS,
    Action.READ_FIGURES: {
        Role.SUPERVISOR: _UNIT, Role.ORGANISER: _UNIT, Role.ASSESSOR: _UNIT, Role.AUDITOR: _UNIT,
        **_OFFICE,
    },
    Action.READ_RESULTS: {
        Role.TRAINER: _COURSE, Role.ORGANISER: _UNIT, Role.AUDITOR: _UNIT, **_OFFICE,
    },
    Action.READ_LEDGER: {Role.AUDITOR: _UNIT, Role.ADMIN: _UNIT},
    Action.READ_AUDIT: {Role.AUDITOR: _WHOLE, Role.ADMIN: _WHOLE},
    Action.EXPORT: {Role.AUDITOR: _UNIT, **_OFFICE},
    Action.MARK_EXPORTED: _OFFICE,
    Action.IMPORT_PEOPLE: _OFFICE,
    Action.MANAGE_PEOPLE: _OFFICE,
    Action.MAKE_CODES: _OFFICE,
    Action.GRANT_ROLES: {Role.ADMIN: _UNIT},
    Action.ASSIGN: {Role.SUPERVISOR: _UNIT, **_OFFICE},
    Action.ASSIGN_BY_RULE: _OFFICE,
    Action.ENROL_PEOPLE: {Role.ORGANISER: _UNIT, **_OFFICE},
    Action.MANAGE_TRAININGS: {Role.ORGANISER: _UNIT, **_OFFICE},
    Action.RECORD_ATTENDANCE: {Role.TRAINER: _COURSE, Role.ORGANISER: _UNIT, Role.ADMIN: _UNIT},
    Action.OVERRIDE_QUIZZES: {Role.TRAINER: _COURSE, Role.ADMIN: _UNIT},
    Action.APPROVE: {Role.SUPERVISOR: _UNIT, Role.MENTOR: _PAIRS},
    Action.READ_PAIRS: {
        Role.SUPERVISOR: _UNIT, Role.ORGANISER: _UNIT, Role.AUDITOR: _UNIT, **_OFFICE,
    },
    Action.PROPOSE_PAIRS: {Role.SUPERVISOR: _UNIT, Role.ORGANISER: _UNIT, **_OFFICE},
    Action.CONFIRM_PAIRS: {Role.SUPERVISOR: _UNIT},
    Action.VERIFY_RECORDS: {Role.VERIFIER: _UNIT, **_OFFICE},
    Action.ASSESS: {Role.ASSESSOR: _UNIT, Role.ADMIN: _UNIT},
    Action.CONFIRM_LEVELS: {Role.SUPERVISOR: _UNIT},
    Action.REVIEW_PRIOR: {Role.ASSESSOR: _UNIT, Role.VERIFIER: _UNIT, Role.ADMIN: _UNIT},
    Action.IMPORT_LEVELS: _OFFICE,
    Action.GRADE_ANSWERS: {Role.TRAINER: _COURSE, Role.ASSESSOR: _UNIT, Role.ADMIN: _UNIT},
    Action.REVOKE: _OFFICE,
    Action.CREATE_COURSE: {Role.TRAINER: Reach.ALL_COURSES, Role.ADMIN: _WHOLE},
    Action.EDIT_COURSE: {Role.TRAINER: _COURSE, Role.ADMIN: _WHOLE},
    Action.PUBLISH_COURSE: {Role.TRAINER: _COURSE, Role.ADMIN: _WHOLE},
    Action.MANAGE_FRAMEWORK: {Role.HR: _WHOLE, Role.ADMIN: _WHOLE},
    Action.MANAGE_SETTINGS: {Role.ADMIN: _WHOLE},
}  # fmt: skip

# What everybody may do to themselves; and what nobody may, whatever the role.
SELF = frozenset({Action.READ_OWN, Action.READ_PEOPLE, Action.READ_RECORDS})
NEVER_SELF = frozenset(
    {
        Action.ASSIGN,
        Action.APPROVE,
        Action.PROPOSE_PAIRS,
        Action.CONFIRM_PAIRS,
        Action.VERIFY_RECORDS,
        Action.ASSESS,
        Action.CONFIRM_LEVELS,
        Action.REVIEW_PRIOR,
        Action.OVERRIDE_QUIZZES,
        Action.GRADE_ANSWERS,
    }
)

# Roles whose holder gets a new sign-in only from an administrator who reaches as far as they do.
_HARMLESS = frozenset({Role.EMPLOYEE, Role.SUPERVISOR, Role.MENTOR})


@dataclass(frozen=True)
class Grant:
    """A role held now: on a unit by its path (None: on everything), a trainer's on a course."""

    role: str
    unit_path: str | None = None
    course: str | None = None


@dataclass(frozen=True)
class Actor:
    """Who asks: a person with grants; `token_role` narrows them to one role.

    `pairs` are the mentees of pairs that are active now: they make a mentor, without a grant.
    """

    person_id: int
    grants: tuple[Grant, ...] = ()
    token_role: str | None = None
    pairs: tuple[int, ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles that count now, employee among them."""
        mentor = {Role.MENTOR} if self.mentees else set[Role]()
        return frozenset({Role.EMPLOYEE, *mentor, *(grant.role for grant in effective(self))})

    @property
    def mentees(self) -> tuple[int, ...]:
        """Return the mentees that count now: none with a token of another role."""
        return self.pairs if self.token_role in {None, Role.MENTOR} else ()


@dataclass(frozen=True)
class Scope:
    """What an action reaches: everything, or these subtrees, people and courses."""

    everything: bool = False
    unit_paths: tuple[str, ...] = ()
    person_ids: tuple[int, ...] = ()
    courses: tuple[str, ...] = ()
    all_courses: bool = False

    @property
    def nothing(self) -> bool:
        """Return whether it reaches nobody and no course."""
        people = self.everything or self.unit_paths or self.person_ids
        return not (people or self.courses or self.all_courses)

    def reaches(self, unit_path: str | None, person_id: int | None = None) -> bool:
        """Return whether a person of this unit (or this very person) is within."""
        if self.everything or (person_id is not None and person_id in self.person_ids):
            return True
        return unit_path is not None and any(unit_path.startswith(p) for p in self.unit_paths)

    def reaches_course(self, course: str) -> bool:
        """Return whether this course is within by itself, whoever takes it."""
        return self.everything or self.all_courses or course in self.courses


EVERYTHING = Scope(everything=True, all_courses=True)


def is_root(unit_path: str | None) -> bool:
    """Return whether a grant there reaches everything: on no unit, or on the one without a parent."""
    return unit_path is None or unit_path.count("/") <= 2


def effective(actor: Actor) -> tuple[Grant, ...]:
    """Return the grants that count: with a token of one role, only those of that role."""
    if actor.token_role is None:
        return actor.grants
    return tuple(grant for grant in actor.grants if grant.role == actor.token_role)


def scope(actor: Actor, action: Action) -> Scope:
    """Return everything that `action` reaches for `actor`; queries are narrowed by it."""
    rules = RULES[action]
    found = [(grant, rules[Role(grant.role)]) for grant in effective(actor) if grant.role in rules]
    everything = any(
        is_root(grant.unit_path) for grant, reach in found if reach in {Reach.UNIT, Reach.WHOLE}
    )
    courses = [grant.course for grant, reach in found if _by_course(grant, reach)]
    return Scope(
        everything=everything,
        unit_paths=() if everything else _widest(g.unit_path for g, r in found if r is Reach.UNIT),
        person_ids=_people(actor, action, Reach.PAIRS in rules.values()),
        courses=tuple(sorted({course for course in courses if course is not None})),
        all_courses=None in courses,
    )


def can(
    actor: Actor,
    action: Action,
    *,
    unit_path: str | None = None,
    person_id: int | None = None,
    course: str | None = None,
) -> bool:
    """Return whether `actor` may do `action` to this unit, person or course.

    A person is named by `person_id` and the path of their unit. With no target it says whether the
    action is open to the actor anywhere: right for a menu, not for a decision about somebody.
    """
    if person_id == actor.person_id and action in NEVER_SELF:
        return False
    reached = scope(actor, action)
    if unit_path is None and person_id is None and course is None:
        return not reached.nothing
    if course is not None and reached.reaches_course(course):
        return True
    return (unit_path is not None or person_id is not None) and reached.reaches(
        unit_path, person_id
    )


def learners(actor: Actor, action: Action, course: str) -> Scope:
    """Return the people whom `action` reaches as learners of a course.

    A role reaches the people of the unit that it is granted on, all when it is on none; one that is
    granted on another course reaches nobody here.
    """
    rules = RULES[action]
    paths = [
        grant.unit_path
        for grant in effective(actor)
        if grant.role in rules and grant.course in (None, course)
    ]
    everything = any(is_root(path) for path in paths)
    return Scope(everything=everything, unit_paths=() if everything else _widest(paths))


def demand(
    actor: Actor,
    action: Action,
    *,
    unit_path: str | None = None,
    person_id: int | None = None,
    course: str | None = None,
) -> None:
    """Raise `Forbidden` with the roles that may, unless `can` says yes."""
    if not can(actor, action, unit_path=unit_path, person_id=person_id, course=course):
        raise Forbidden(refusal(action))


def refusal(action: Action) -> Message:
    """Return the sentence for somebody who may not: it names the roles that may."""
    names = [ROLE_NAMES[role] for role in Role if role in RULES[action]]
    if not names:
        return Message("Only the person themselves can see this.")
    joined = reduce(lambda a, b: Message("%(left)s, %(right)s", left=a, right=b), names)
    return Message(
        "You cannot do this here. It needs one of these roles, granted on the unit or course: %(roles)s.",
        roles=joined,
    )


def can_grant(
    actor: Actor, role: str, *, unit_path: str | None = None, course: str | None = None
) -> bool:
    """Return whether `actor` may grant or end this role there, giving nobody more than they reach.

    Courses belong to no unit: only an administrator of the whole makes trainers.
    """
    reached = scope(actor, Action.GRANT_ROLES)
    if role == Role.TRAINER or course is not None:
        return reached.everything
    return reached.reaches(unit_path)


def can_reset(
    actor: Actor,
    grants: Iterable[Grant],
    *,
    unit_path: str | None = None,
    person_id: int | None = None,
) -> bool:
    """Return whether `actor` may give a one-time code to somebody who holds these grants.

    Who gives a code could use it: so nobody gives one to a person who may do more than they do.
    """
    if not can(actor, Action.MAKE_CODES, unit_path=unit_path, person_id=person_id):
        return False
    return all(
        grant.role in _HARMLESS
        or can_grant(actor, grant.role, unit_path=grant.unit_path, course=grant.course)
        for grant in grants
    )


def _by_course(grant: Grant, reach: Reach) -> bool:
    return reach is Reach.COURSE or (reach is Reach.ALL_COURSES and grant.course is None)


def _people(actor: Actor, action: Action, with_pairs: bool) -> tuple[int, ...]:
    own = {actor.person_id} if action in SELF else set()
    return tuple(sorted(own | (set(actor.mentees) if with_pairs else set())))


def _widest(paths: Iterable[str | None]) -> tuple[str, ...]:
    """Return the paths without those that lie below another one."""
    kept: list[str] = []
    for path in sorted({path for path in paths if path is not None}):
        if not any(path.startswith(above) for above in kept):
            kept.append(path)
    return tuple(kept)
