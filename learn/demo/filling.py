"""A made-up city for trying Learn: units, people, one sign-in for each role, and some past completions."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.config import Settings
from learn.courses.version import CourseVersion
from learn.db import Database
from learn.demo.assignments import give_courses
from learn.demo.claims import fill_claims
from learn.demo.crowd import ESSAYS, crowd, likely_answer
from learn.demo.files import fill_files
from learn.demo.framework import fill_framework
from learn.demo.hr import act_in_bulk
from learn.demo.levels import fill_levels
from learn.demo.match import fill_match
from learn.demo.mentoring import fill_mentoring
from learn.demo.trainings import fill_trainings
from learn.people.access import ROLE_NAMES, Role
from learn.people.models import Person, Unit
from learn.people.roles import grant_role
from learn.people.services import add_person
from learn.people.signing_in.accounts import set_password
from learn.people.units import create_unit, rename_unit, root_unit
from learn.privacy import notice
from learn.progress import attempts
from learn.progress.services import complete_module
from learn.quizzes.attempts.answering import save_answer
from learn.quizzes.questions import Answer, Question
from learn.quizzes.quiz import Quiz
from learn.web import i18n
from learn.web.state import State

SIGN_INS = "demo-sign-ins.txt"
WORDS = (
    "jepun",
    "kelapa",
    "sawah",
    "rakit",
    "lontar",
    "kunyit",
    "pasir",
    "cempaka",
    "tirta",
    "gamelan",
)

UNITS = (
    # code, name, type, code of the unit above
    ("BKPSDM", "Badan Kepegawaian dan Pengembangan SDM", "badan", "DPS"),
    ("BKPSDM-PKA", "Bidang Pengembangan Kompetensi Aparatur", "bidang", "BKPSDM"),
    ("DPMPTSP", "Dinas Penanaman Modal dan PTSP", "dinas", "DPS"),
    ("DPMPTSP-YAN", "Bidang Pelayanan Perizinan", "bidang", "DPMPTSP"),
    ("DISDUKCAPIL", "Dinas Kependudukan dan Pencatatan Sipil", "dinas", "DPS"),
    ("DINKES", "Dinas Kesehatan", "dinas", "DPS"),
    ("PKM-DENBAR", "Puskesmas Denpasar Barat", "puskesmas", "DINKES"),
    ("DENSEL", "Kecamatan Denpasar Selatan", "kecamatan", "DPS"),
    ("DENSEL-SANUR", "Kelurahan Sanur", "kelurahan", "DENSEL"),
    ("INSPEKTORAT", "Inspektorat Daerah", "inspektorat", "DPS"),
)


@dataclass(frozen=True)
class Made:
    """One made-up person; `role` is what they sign in as, `done` days ago per course key."""

    number: str
    name: str
    unit: str
    post: str
    post_class: str
    grade: str
    before: str = ""
    after: str = ""
    role: Role | None = None
    role_unit: str | None = None
    done: tuple[tuple[str, int], ...] = ()


IT, CHANGE, GUIDE = "ti-pelayanan-publik", "manajemen-perubahan", "panduan-learn"
TAKEN_BY_MANY, WITH_ESSAY = "04-pengaduan", "contoh-jenis-soal"
SEED = 2026
HR_NUMBER = "198301152008011906"

PEOPLE = (
    Made("199205142019032901", "Ni Luh Ayu Pratiwi", "DPMPTSP-YAN", "Analis Perizinan", "PELAKSANA",
         "III/b", after="S.Kom.", role=Role.EMPLOYEE),
    Made("198003112005011902", "I Made Arya Wibawa", "DPMPTSP", "Kepala Bidang Pelayanan Perizinan",
         "ADMINISTRATOR", "IV/a", after="S.Sos., M.A.P.", role=Role.SUPERVISOR, role_unit="DPMPTSP",
         done=((CHANGE, 120),)),
    Made("198511232010012903", "Ni Kadek Sri Wahyuni", "DPMPTSP-YAN", "Penata Perizinan Ahli Muda",
         "JF_MUDA", "III/d", after="S.E.", role=Role.MENTOR, done=((IT, 75), (GUIDE, 200))),
    Made("197807072003121904", "I Gede Putra Sanjaya", "BKPSDM-PKA", "Widyaiswara Ahli Madya",
         "JF_MADYA", "IV/b", before="Dr.", after="M.Pd.", role=Role.TRAINER, done=((CHANGE, 260),)),
    Made("198809092012122905", "Ni Putu Eka Lestari", "BKPSDM-PKA", "Penyusun Program Pelatihan",
         "PELAKSANA", "III/c", after="S.AP.", role=Role.ORGANISER, done=((GUIDE, 33),)),
    Made("198301152008011906", "I Wayan Suardana", "BKPSDM", "Kepala Subbidang Pengembangan",
         "PENGAWAS", "III/d", after="S.H.", role=Role.HR, role_unit="DPS",
         done=((IT, 60), (CHANGE, 30), (GUIDE, 210))),
    Made("199112202015032907", "Ni Komang Dewi Anggraini", "BKPSDM-PKA", "Analis SDM Aparatur",
         "JF_PERTAMA", "III/b", after="S.Psi.", role=Role.VERIFIER, role_unit="DPS", done=((IT, 18),)),
    Made("197612012001121908", "I Ketut Alit Mahendra", "BKPSDM", "Asesor SDM Aparatur Ahli Madya",
         "JF_MADYA", "IV/a", after="M.Si.", role=Role.ASSESSOR, role_unit="DPS"),
    Made("198106302006042909", "Ni Nyoman Ratna Dewi", "INSPEKTORAT", "Auditor Ahli Muda", "JF_MUDA",
         "III/d", after="S.E., Ak.", role=Role.AUDITOR, role_unit="DPS", done=((GUIDE, 90),)),
    Made("199009172014021910", "I Putu Bagus Pramana", "BKPSDM", "Pranata Komputer Ahli Pertama",
         "JF_PERTAMA", "III/b", after="S.T.", role=Role.ADMIN, role_unit="DPS", done=((IT, 150),)),
    Made("199404032022031911", "I Komang Yoga Saputra", "DPMPTSP-YAN", "Pengadministrasi Perizinan",
         "PELAKSANA", "II/c", done=((IT, 12),)),
    Made("199607212023212912", "Ni Made Intan Permata", "DPMPTSP-YAN", "Pengelola Layanan", "PELAKSANA",
         "IX"),
    Made("198705052011011913", "I Nyoman Gede Astawa", "DPMPTSP", "Kepala Subbagian Umum", "PENGAWAS",
         "III/c", after="S.Sos.", done=((IT, 100), (CHANGE, 22))),
    Made("199308112019032914", "Putu Diah Savitri", "DISDUKCAPIL", "Operator Layanan", "PELAKSANA",
         "III/a", after="A.Md.", done=((IT, 45), (CHANGE, 44), (GUIDE, 46))),
    Made("198402282009021915", "I Gusti Ngurah Oka Wirawan", "DISDUKCAPIL", "Kepala Seksi Identitas",
         "PENGAWAS", "III/d", after="S.H."),
    Made("199703152024212916", "Kadek Ayu Mirah Cahyani", "DISDUKCAPIL", "Pengelola Data", "PELAKSANA",
         "VII", done=((GUIDE, 7),)),
    Made("198909302014032917", "Ni Wayan Sukerti", "PKM-DENBAR", "Perawat Ahli Pertama", "JF_PERTAMA",
         "III/b", after="S.Kep., Ns.", done=((IT, 27),)),
    Made("198212122008032918", "Ida Ayu Putu Candra Dewi", "PKM-DENBAR", "Kepala Puskesmas", "PENGAWAS",
         "III/d", before="dr.", after="M.Kes.", done=((CHANGE, 64),)),
    Made("199501252020121919", "I Kadek Dwi Payana", "DINKES", "Analis Kesehatan", "PELAKSANA", "III/a"),
    Made("198608082010011920", "I Wayan Eka Dharmawan", "DENSEL", "Sekretaris Camat", "ADMINISTRATOR",
         "III/d", after="S.STP.", done=((CHANGE, 8), (GUIDE, 9))),
    Made("199206062021212921", "Ni Ketut Ari Suryani", "DENSEL-SANUR", "Pelayanan Umum", "PELAKSANA", "IX"),
    Made("199010102015021922", "I Made Surya Adnyana", "DENSEL-SANUR", "Kepala Seksi Pelayanan",
         "PENGAWAS", "III/c", after="S.IP.", done=((IT, 3),)),
)  # fmt: skip


CROWD = tuple(
    Made(each.number, each.name, each.unit, "Petugas Layanan", "PELAKSANA", "III/a")
    for each in crowd()
)
"""People who only take the quiz that is taken by many."""

Answering = Callable[[Sequence[Question]], Mapping[str, Answer]]
"""What somebody answers to the questions of a quiz, by their keys."""


def is_empty(database: Database) -> bool:
    """Return whether nobody is in the database yet."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Person)) == 0


def kept_sign_ins(settings: Settings) -> str:
    """Return the sign-ins that were printed when the demonstration was filled; empty without one."""
    path = settings.data_dir / SIGN_INS
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def fill(state: State, now: datetime) -> None:
    """Fill an empty database with the city, in one transaction, and keep the sign-ins in the data folder."""
    password = (
        f"{'-'.join(secrets.choice(WORDS) for _ in range(3))}-{secrets.randbelow(9000) + 1000}"
    )
    with state.database.reading() as reading, state.database.transaction() as session:
        units = _units(session, now)
        versions = {version.course: version for version in state.versions.current_all(reading)}
        ids: dict[str, int] = {}
        people: dict[str, Person] = {}
        for made in (*PEOPLE, *CROWD):
            person = people[made.number] = _person(session, made, units, state.settings, now)
            ids[made.number] = person.id
            if made.role is not None:
                _give_role(session, person, made, units, password, now)
            for course, days in sorted(made.done, key=lambda pair: -pair[1]):
                if course in versions:
                    _learn(session, state, person, versions[course], now - timedelta(days=days))
            if made.role is None and IT in versions:
                _take_the_popular_one(session, state, person, versions[IT], now)
        if GUIDE in versions:
            _leave_essays(session, state, versions[GUIDE], now)
        act_in_bulk(
            session, versions, GUIDE, HR_NUMBER, "DISDUKCAPIL", settings=state.settings, now=now
        )
        if {IT, CHANGE, GUIDE} <= versions.keys():
            give_courses(session, ids, units, timezone=state.settings.timezone, now=now)
        fill_framework(session, units, ids.get(HR_NUMBER), now)
        fill_mentoring(session, people, state.settings, now)
        fill_trainings(session, people, units, state.settings, now)
        fill_levels(session, people, state.storage, state.settings, now)
        fill_match(session, people, state.settings, now)
        fill_claims(session, people, state.storage, state.settings, now)
        fill_files(session, people, units, state.settings, now)
    _keep(state.settings, password)


def _units(session: Session, now: datetime) -> dict[str, Unit]:
    root = root_unit(session, now=now)
    rename_unit(session, root, "Pemerintah Kota Denpasar", actor_id=None, now=now)
    units = {"DPS": root}
    for code, name, kind, above in UNITS:
        units[code] = create_unit(
            session, code=code, name=name, type=kind, parent=units[above], actor_id=None, now=now
        )
    return units


def _person(
    session: Session, made: Made, units: dict[str, Unit], settings: Settings, now: datetime
) -> Person:
    return add_person(
        session, number=made.number, name=made.name, unit=units[made.unit], actor_id=None,
        now=now - timedelta(days=400), settings=settings, title_before=made.before,
        title_after=made.after, post_title=made.post, post_class=made.post_class, grade=made.grade,
        since=date(now.year - 2, 1, 1),
    )  # fmt: skip


def _give_role(
    session: Session,
    person: Person,
    made: Made,
    units: dict[str, Unit],
    password: str,
    now: datetime,
) -> None:
    set_password(session, person, password, now=now)
    notice.confirm(session, person.id, now=now)
    if made.role is not None and made.role != Role.EMPLOYEE:
        unit = units[made.role_unit] if made.role_unit else None
        if made.role in {Role.MENTOR, Role.ORGANISER}:
            unit = units[made.unit]
        grant_role(session, person, made.role, unit=unit, actor=None, now=now)


def _learn(
    session: Session, state: State, person: Person, version: CourseVersion, end: datetime
) -> None:
    """Let somebody take a course as the pages would, ending on that day."""
    moment = end - timedelta(days=2)
    for module in version.modules:
        moment += timedelta(minutes=module.minutes + 5)
        complete_module(
            session, person.id, version, module.key, settings=state.settings, now=moment
        )
    final = next((quiz for quiz in version.quizzes.values() if quiz.role == "final"), None)
    if final is not None:
        _take(session, state, person, version, final, end, _nearly_right(state, person))


def _nearly_right(state: State, person: Person) -> Answering:
    """Nobody is perfect, but everybody of these passes."""

    def answers(questions: Sequence[Question]) -> dict[str, Answer]:
        wrong = person.id % 4 if len(questions) > 8 else 0
        return {each.key: _right(state, each) for each in questions[wrong:]}

    return answers


def _right(state: State, question: Question) -> Answer:
    return state.question_types[question.type].right_answer(question)


def _take_the_popular_one(
    session: Session, state: State, person: Person, version: CourseVersion, now: datetime
) -> None:
    """Let somebody of some skill take a quiz that many take, so that its results say something."""
    quiz = version.quizzes.get(TAKEN_BY_MANY)
    if quiz is None:
        return
    dice = Random(f"{SEED} {person.id}")  # noqa: S311 - the same city each time
    skill = dice.gauss(0, 1)
    start = now - timedelta(days=dice.randrange(1, 60), minutes=dice.randrange(300))

    def answers(questions: Sequence[Question]) -> dict[str, Answer]:
        types = state.question_types
        return {each.key: likely_answer(types[each.type], each, dice, skill) for each in questions}

    _take(session, state, person, version, quiz, start, answers)


def _leave_essays(session: Session, state: State, version: CourseVersion, now: datetime) -> None:
    """Let some people take the quiz with every type; what they wrote waits for a trainer."""
    quiz = version.quizzes.get(WITH_ESSAY)
    people = select(Person).order_by(Person.id.desc()).limit(len(ESSAYS))
    for days, (person, essay) in enumerate(zip(session.scalars(people), ESSAYS, strict=False), 1):

        def answers(questions: Sequence[Question], essay: str = essay) -> dict[str, Answer]:
            return {
                each.key: essay if each.type == "essay" else _right(state, each)
                for each in questions
            }

        if quiz is not None:
            _take(session, state, person, version, quiz, now - timedelta(days=days), answers)


def _take(
    session: Session,
    state: State,
    person: Person,
    version: CourseVersion,
    quiz: Quiz,
    now: datetime,
    answers: Answering,
) -> None:
    attempt = attempts.start(
        session, person.id, version, quiz, engine=state.engine, version_of=lambda _id: version,
        settings=state.settings, now=now,
    )  # fmt: skip
    questions = state.engine.questions(attempt, quiz)
    given = {key: answer for key, answer in answers(questions).items() if answer is not None}
    for place, (key, answer) in enumerate(given.items(), 1):
        save_answer(
            session, attempt, quiz, key, answer, engine=state.engine, now=now + timedelta(seconds=20 * place),
        )  # fmt: skip
    attempts.submit(
        session, attempt, engine=state.engine, version_of=lambda _id: version, current=version,
        settings=state.settings, now=now + timedelta(minutes=8),
    )  # fmt: skip


def _keep(settings: Settings, password: str) -> None:
    gettext = i18n.gettext_in(settings.language)
    rows = [
        f"  {ROLE_NAMES[made.role].translate(gettext):<22} {made.number}  {made.name}"
        for made in PEOPLE
        if made.role is not None
    ]
    head = gettext("Sign-ins of the demonstration, all with the password:")
    text = "\n".join([f"{head} {password}", *rows])
    path: Path = settings.data_dir / SIGN_INS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
