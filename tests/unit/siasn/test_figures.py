"""The numbers that are kept for many people are those that are counted for few."""

from __future__ import annotations

from dataclasses import replace

from learn.competencies.framework.catalogue import load_framework
from learn.figures.days import AsOf
from learn.figures.reading import is_live, read_board
from learn.figures.services import refresh
from learn.people.access import EVERYTHING
from learn.siasn.figures import SIASN, standings_in
from learn.siasn.rules import UNLINKED
from tests.support import make, records


def test_kept_numbers_are_the_counted_ones_for_a_unit_and_for_all(database, now):
    settings = make.settings()
    with database.transaction() as session:
        office = make.unit(session, "A")
        make.unit(session, "B")
        for _ in range(3):
            records.complete(session, make.person(session, unit=office, password=None), now=now)
    as_of = AsOf(now, settings.timezone)
    refresh(database, settings, load_framework(), now=now)
    few = replace(settings, figures_live=0)
    with database.reading() as session:
        assert is_live(session, EVERYTHING, settings=settings)
        assert not is_live(session, EVERYTHING, settings=few)

        def numbers(how, unit=None):
            board = read_board(session, EVERYTHING, as_of, load_framework(),
                               settings=how, unit=unit, parts=(SIASN,))  # fmt: skip
            assert board.live == (how is settings)
            return standings_in(board.total)

        unit = session.merge(office, load=True)
        assert numbers(few) == numbers(settings)
        assert numbers(few, unit) == numbers(settings, unit)
        assert numbers(few)[UNLINKED] == 3
