"""The tests' browser sends what a real one would, and complains where a real one could not."""

import pytest
from flask import Flask, redirect, request

from tests.support.browsing import Browser

PAGE = """<!doctype html><title>A form</title><h1>Hello &amp; welcome</h1><a href="/other"><b>The</b> other</a>
<form id="f" method="post" action="/send?x=1">
<input type="hidden" name="csrf_token" value="t&quot;1"><input name="name" value="Ni Wayan">
<input type="radio" name="r" value="a"><input type="radio" name="r" value="b" checked>
<input type="checkbox" name="c" value="1"><input type="checkbox" name="c" value="2" checked>
<select name="s"><option value="1">One</option><option value="2">Two</option></select>
<textarea name="t">
line</textarea><input name="off" disabled value="no"><input type="file" name="file">
<button name="do" value="save">Save</button><button formaction="/drop">Drop it</button></form>
<input name="late" form="f" value="later"><form action="/find"><input name="q"></form>"""


@pytest.fixture
def browser():
    app = Flask("form")
    app.get("/", endpoint="home")(lambda: PAGE)
    app.get("/other", endpoint="other")(lambda: "<p>Other</p>")
    app.get("/find", endpoint="find")(lambda: {"q": request.args["q"]})
    app.post("/send", endpoint="send")(
        lambda: {**request.form.to_dict(flat=False), "x": request.args["x"]}
    )
    app.post("/drop", endpoint="drop")(lambda: redirect("/other"))
    browser = Browser(app)
    browser.get("/")
    return browser


def test_a_form_is_sent_as_it_stands(browser):
    assert browser.submit("f").json == {
        "csrf_token": ['t"1'], "name": ["Ni Wayan"], "r": ["b"], "c": ["2"], "s": ["1"],
        "t": ["line"], "do": ["save"], "late": ["later"], "x": "1",
    }  # fmt: skip


def test_values_replace_what_was_there(browser):
    sent = browser.submit("f", name="", r="a", c=["1", "2"], s=2, t="x\ny").json
    assert (sent["name"], sent["r"], sent["c"], sent["s"]) == ([""], ["a"], ["1", "2"], ["2"])


def test_another_button_leads_elsewhere(browser):
    assert browser.submit("f", press="Drop it").url == "/other"


def test_a_form_without_post_becomes_an_address(browser):
    assert browser.submit("/find", q="a b").json == {"q": "a b"}


def test_text_title_and_links_are_what_a_person_sees(browser):
    assert browser.page.title == "A form"
    assert "Hello & welcome" in browser.page.text
    assert browser.click("The other").text == "Other"


@pytest.mark.parametrize("values", [{"absent": "1"}, {"off": "1"}, {"s": "3"}, {"r": "c"}])
def test_what_a_real_browser_cannot_send_is_refused(browser, values):
    with pytest.raises(AssertionError):
        browser.submit("f", values)
