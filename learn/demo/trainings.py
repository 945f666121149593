"""Trainings in the made-up city: one that is over, one that is running, one to sign up for, one that is full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from learn.config import Settings
from learn.people.models import Person, Unit
from learn.trainings import attendance, closing, planning, seats
from learn.trainings.attendance import Mark
from learn.trainings.models import Training
from learn.trainings.rules import Plan, Sitting

ORGANISER, HELD_BY = "198809092012122905", "BKPSDM-PKA"
ME, COLLEAGUE, THIRD = "199205142019032901", "199404032022031911", "199607212023212912"
OTHERS = ("198705052011011913", "199308112019032914", "198402282009021915")


def fill_trainings(
    session: Session, people: Mapping[str, Person], units: Mapping[str, Unit], settings: Settings,
    now: datetime,
) -> None:  # fmt: skip
    """Let the organiser hold some trainings, as the pages would."""
    if not {ORGANISER, ME, COLLEAGUE, THIRD, *OTHERS} <= people.keys():
        return
    scene = _Scene(session, people, units, settings, now)
    scene.over()
    scene.running()
    asked = scene.plan("Workshop Standar Pelayanan", "KL07", 9, ((9, 16),), capacity=25,
                       approval=True)  # fmt: skip
    scene.sign_up(asked, (COLLEAGUE,))
    full = scene.plan("Bimtek Pengelolaan Pengaduan", "KL10", 14, ((8, 15), (8, 15)), capacity=2,
                      outcomes=(("M.06", 2),))  # fmt: skip
    scene.sign_up(full, (*OTHERS[:2], THIRD))


class _Scene:
    """The people and the day, for the trainings that are held."""

    def __init__(
        self, session: Session, people: Mapping[str, Person], units: Mapping[str, Unit],
        settings: Settings, now: datetime,
    ) -> None:  # fmt: skip
        self.session, self.people, self.settings, self.now = session, people, settings, now
        self.unit, self.root = units[HELD_BY], units["DPS"]
        self.zone = ZoneInfo(settings.timezone)
        self.organiser = people[ORGANISER].id

    def plan(
        self, title: str, form: str, days: int, hours: Sequence[tuple[int, int]], **known: object
    ) -> Training:
        """Publish a training that begins in so many days (or began before), from and until these hours."""
        first = self.now.astimezone(self.zone).date() + timedelta(days=days)
        sittings = tuple(
            Sitting(
                datetime.combine(first + timedelta(days=number), time(start), self.zone),
                datetime.combine(first + timedelta(days=number), time(end), self.zone),
                "Aula Sewaka Dharma", "Dr. I Gede Putra Sanjaya, M.Pd.",
            )
            for number, (start, end) in enumerate(hours)
        )  # fmt: skip
        return self._publish(title, form, sittings, **known)

    def _publish(
        self, title: str, form: str, sittings: tuple[Sitting, ...], **known: object
    ) -> Training:
        values: dict[str, object] = {
            "organiser": "BKPSDM Kota Denpasar", "capacity": 30, "audience": (self.root.id,),
            "place": "Graha Sewaka Dharma, Lumintang", **known,
        }  # fmt: skip
        plan = Plan(title=title, form=form, sittings=sittings, **values)  # type: ignore[arg-type]
        before = min(self.now, plan.starts_at) - timedelta(days=5)
        training = planning.create(
            self.session, plan, unit=self.unit, time_zone=self.zone.key, actor_id=self.organiser,
            now=before,
        )  # fmt: skip
        return planning.publish(
            self.session, training.id, actor_id=self.organiser, now=before + timedelta(hours=1)
        )

    def sign_up(self, training: Training, numbers: Sequence[str]) -> None:
        """Put people on the list in this order."""
        before = min(self.now, training.starts_at - timedelta(days=2))
        for number in numbers:
            seats.sign_up(
                self.session, training.id, self.people[number].id, current_of=lambda _course: None,
                now=before,
            )  # fmt: skip

    def over(self) -> None:
        """A seminar of three weeks ago: two were there, one left early."""
        training = self.plan("Seminar Keterbukaan Informasi Publik", "KL06", -21, ((8, 14),))
        self.sign_up(training, (ME, COLLEAGUE, OTHERS[0]))
        (sitting,) = planning.sessions_of(self.session, training.id)
        marks = [Mark(self.people[each].id, "present") for each in (ME, COLLEAGUE)]
        marks.append(Mark(self.people[OTHERS[0]].id, "late", 180))
        attendance.record(
            self.session, training.id, sitting.id, marks, way=attendance.LIST,
            actor_id=self.organiser, now=sitting.ends_at,
        )  # fmt: skip
        closing.close(
            self.session, training.id, actor_id=self.organiser, settings=self.settings,
            current_of=lambda _course: None, now=sitting.ends_at + timedelta(hours=2),
        )  # fmt: skip

    def running(self) -> None:
        """A briefing that began ten minutes before the city was made, for its code on the screen."""
        start = (self.now - timedelta(minutes=10)).replace(second=0, microsecond=0)
        sitting = Sitting(start, start + timedelta(hours=6), "Ruang Rapat Praja Utama")
        training = self._publish("Sosialisasi Layanan Digital", "KL11", (sitting,), share=75)
        self.sign_up(training, (ME, COLLEAGUE, THIRD))
