"""A trainer's browser, and a course to work on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from learn.people.roles import grant_role
from tests.support import make
from tests.support.learning import publish_course

MODULE = "courses/dasar/01-satu.md"


@pytest.fixture
def signed_in(signed_in):
    """Sign in somebody who reads English."""

    def open_browser(*roles, **known):
        browser = signed_in(*roles, **known)
        browser.client.set_cookie("learn_language", "en")
        return browser

    return open_browser


@pytest.fixture
def published(app):
    """Publish the small course."""
    return publish_course(app, datetime.now(UTC))


@pytest.fixture
def trainer(signed_in):
    """Give the browser of a trainer of all courses."""
    return signed_in("trainer", name="I Gede Putra")


@pytest.fixture
def other_trainer(signed_in):
    """Give the browser of a second trainer."""
    return signed_in("trainer", name="Ni Made Ayu")


@pytest.fixture
def trainer_of(app, signed_in):
    """Return a function that opens the browser of a trainer of one course."""

    def open_browser(course):
        number = make.nip()
        browser = signed_in(number=number)
        with app.extensions["learn"].database.transaction() as session:
            person = session.get(make.Person, browser.person_id)
            grant_role(session, person, "trainer", course=course, actor=None, now=make.JOINED)
        return browser

    return open_browser


@pytest.fixture
def editor(trainer, published):
    """Return a function that opens a file of the small course in the editor."""

    def open_file(path=MODULE, browser=trainer):
        browser.get(f"/studio/dasar/files/{path}")
        return browser

    return open_file


def text_of(browser):
    """Return what stands in the editor's box."""
    return browser.page.form("studio-edit").fields["text"].values[0]
