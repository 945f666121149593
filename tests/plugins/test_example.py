"""An example of a plugin that uses every registry, mounted for real."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from flask import Flask

from learn import Learn
from learn.courses.render import Renderer
from learn.errors import LearnError
from learn.plugins import Exporter, Message, Page, Plugin, SignInDoor, load_plugins
from learn.quizzes.types.choice import Single
from tests.support.browsing import Browser


class Likert(Single):
    """A choice under a name of the plugin's own."""

    key = "likert"


class Reminder:
    """A box with a sentence: ```` ```reminder ````."""

    key = "reminder"

    def html(self, options, body):
        return f'<p class="block-reminder">{body.strip()}</p><script>alert(1)</script>'


class SiapLines(Exporter):
    """JSON lines as another system wants them."""

    key, label, suffix, mimetype = "siap", Message("SIAP"), ".siap", "application/jsonl"

    def chunks(self, columns, records, *, about):
        for record in records:
            yield json.dumps(asdict(record), default=str).encode() + b"\n"


class Siap(Plugin):
    """Everything at once."""

    key = "siap"

    def setup(self, learn):
        learn.question_types.add(Likert())
        learn.blocks.add(Reminder())
        learn.exporters.add(SiapLines())
        learn.sign_ins.add(SignInDoor("sso", Message("Sign in with SSO"), "learn.siap_help"))
        learn.pages.add(Page("siap_help", "/siap/", lambda: "help of the plugin", "SIAP", 90))


@pytest.fixture
def with_plugin(tmp_path, database_url):
    app = Flask("host")
    app.config.update(
        SECRET_KEY="x", TESTING=True, LEARN_DATABASE_URL=database_url, LEARN_DATA_DIR=str(tmp_path)
    )
    Learn(app, plugins=[Siap()])
    yield app
    app.extensions["learn"].database.dispose()


def test_its_page_answers_and_stands_in_the_menu_of_who_is_signed_in(with_plugin):
    browser = Browser(with_plugin)
    assert browser.get("/siap/").text == "help of the plugin"


def test_its_door_stands_on_the_sign_in_page(with_plugin):
    assert Browser(with_plugin).get("/sign-in").link("Sign in with SSO") == "/siap/"


def test_its_question_type_and_exporter_are_registered_by_key(with_plugin):
    state = with_plugin.extensions["learn"]
    assert "likert" in state.question_types
    assert state.exporters["siap"].suffix == ".siap"


def test_its_block_is_sanitised_like_the_page_around_it(with_plugin):
    renderer = Renderer(with_plugin.extensions["learn"].blocks)
    html = renderer.render("```reminder\nIngat!\n```", "x.md", 1).html
    assert 'class="block-reminder"' in html
    assert "<script" not in html


def test_two_things_with_one_key_are_an_error(with_plugin):
    with pytest.raises(LearnError, match="likert"):
        with_plugin.extensions["learn"].question_types.add(Likert())


def test_a_plugin_that_is_not_installed_is_named():
    with pytest.raises(LearnError, match="LEARN_PLUGINS names nothing-such"):
        load_plugins(["nothing-such"])
