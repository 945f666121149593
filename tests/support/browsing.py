"""A browser without a screen: it follows redirects, keeps cookies, and sends forms as they stand.

A form is filled in by field name; hidden fields (the token against forgery among them), what is
chosen already and the pressed button go along, as in a real one.  What a real browser could not send
(a field that the form does not have, an option that is not offered) is an error of the test; to send
such things on purpose, use `post`.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

VOID = frozenset({"input", "meta", "link", "img", "br", "hr", "source", "track", "col", "wbr"})
SILENT = frozenset({"script", "style", "template", "title"})


@dataclass
class Field:
    """One control of a form: its kind, what it would send, and what else it offers."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    offers: set[str] = field(default_factory=set)


@dataclass
class Form:
    """A form as the page shows it."""

    id: str
    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Name, value, text and own action of each submit button."""


class Page:
    """An answer: what the server said, and what a person sees."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.url = response.request.path
        query = response.request.query_string.decode()
        self.address = f"{self.url}?{query}" if query else self.url
        self.html = self.data.decode() if _is_text(response) else ""
        reader = _Reader()
        if response.mimetype == "text/html":
            reader.feed(self.html)
            reader.close()
        self.title = _tidy("".join(reader.title))
        self.text = _tidy("".join(reader.text))
        self.forms: list[Form] = reader.forms
        self.links: list[tuple[str, str]] = [(_tidy(text), href) for text, href in reader.links]
        self.ids: set[str] = reader.ids
        self.addresses: list[str] = reader.addresses

    @property
    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.data)

    @property
    def data(self) -> bytes:
        """Return the body, unpacked."""
        packed = self.headers.get("Content-Encoding") == "gzip"
        body = self.response.get_data()
        return gzip.decompress(body) if packed else body

    def form(self, which: str = "") -> Form:
        """Return the form with this id, action, or text on a button; without a name the only one."""
        found = [form for form in self.forms if not which or self._is(form, which)]
        if not which:
            posts = [
                form for form in found if form.method == "post" and form.fields.keys() - TOKENS
            ]
            found = posts or found
        assert found, (
            f"no form {which!r} on {self.address} ({self.status}); there are: {self._names()}"
        )
        assert len(found) == 1 or which, f"which form of {self.address}? {self._names()}"
        return found[0]

    def link(self, text: str) -> str:
        """Return where the link with this text (or a part of it) leads."""
        exact = [href for label, href in self.links if label == text]
        partly = [href for label, href in self.links if text in label]
        assert exact or partly, f"no link {text!r} on {self.address}; there are: {self.links}"
        return (exact or partly)[0]

    def _is(self, form: Form, which: str) -> bool:
        action = urlsplit(urljoin(self.url, form.action)).path
        return which in {form.id, form.action, action} or any(
            which == text for _, _, text, _ in form.buttons
        )

    def _names(self) -> list[str]:
        return [f"#{form.id} {form.method} {form.action or self.url}" for form in self.forms]


TOKENS = frozenset({"csrf_token", "next", "language"})


class Client(FlaskClient):
    """Flask's client, which also closes the temporary file that a large form is written to."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Send a request, as Flask's client does."""
        answer = super().open(*args, **options)
        for each in (*answer.history, answer):
            each.request.environ["wsgi.input"].close()
        return answer


class Browser:
    """One person's browser in front of `app`; the last page is in `page`."""

    def __init__(self, app: Flask) -> None:
        self.client = Client(app, app.response_class, use_cookies=True)
        self.page: Page | None = None
        self.person_id: int | None = None

    def get(self, url: str, **options: Any) -> Page:
        """Open an address and follow where it leads; `follow_redirects=False` shows the redirect."""
        options.setdefault("follow_redirects", True)
        self.page = Page(self.client.get(url, **options))
        return self.page

    def click(self, text: str) -> Page:
        """Follow the link with this text on the last page."""
        return self.get(urljoin(self._last().address, self._last().link(text)))

    def submit(
        self,
        which: str = "",
        values: dict[str, Any] | None = None,
        *,
        press: str = "",
        follow_redirects: bool = True,
        **more: Any,
    ) -> Page:
        """Fill in a form of the last page and send it.

        Parameters
        ----------
        which
            The form's id, action, or the text of one of its buttons; empty: the page's only one.
        values, more
            Field name to text, list of texts, True or False (a lone checkbox), or for a file
            `(stream, file name)`. A field that starts empty and is not named is sent empty.
        press
            Text or name of the button; empty: the first one.
        """
        page = self._last()
        form = page.form(which)
        sent = _filled(form, {**(values or {}), **more})
        button = _button(form, press or which, bool(press))
        if button and button[0]:
            sent.setdefault(button[0], []).append(button[1])
        action = urljoin(page.address, (button and button[3]) or form.action or page.address)
        self.page = Page(self._send(form, action, sent, follow_redirects))
        return self.page

    def post(self, url: str, data: Any = None, *, token: bool = False, **options: Any) -> Page:
        """Send anything to an address; with `token` the last page's token goes along."""
        if token:
            data = {**(data or {}), "csrf_token": self.token()}
        self.page = Page(self.client.post(url, data=data, **options))
        return self.page

    def sign_in(self, number: str, password: str) -> Page:
        """Sign in on the sign-in page, as a person does."""
        self.get("/sign-in")
        return self.submit("/sign-in", number=number, password=password)

    def token(self) -> str:
        """Return the token against forgery of the last page."""
        for form in self._last().forms:
            if "csrf_token" in form.fields:
                return form.fields["csrf_token"].values[0]
        match = re.search(r'name="csrf-token" content="([^"]+)"', self._last().html)
        assert match, f"no token on {self._last().address}"
        return match.group(1)

    def _send(
        self, form: Form, action: str, sent: dict[str, Any], follow_redirects: bool
    ) -> TestResponse:
        if form.method == "get":
            return self.client.get(
                urlsplit(action).path, query_string=sent, follow_redirects=follow_redirects
            )
        return self.client.post(action, data=sent, follow_redirects=follow_redirects)

    def _last(self) -> Page:
        assert self.page is not None, "no page is open yet"
        return self.page


def _filled(form: Form, values: dict[str, Any]) -> dict[str, Any]:
    unknown = values.keys() - form.fields.keys()
    assert not unknown, (
        f"form {form.id or form.action} has no {unknown}; it has {list(form.fields)}"
    )
    sent: dict[str, Any] = {
        name: list(control.values) for name, control in form.fields.items() if control.values
    }
    for name, value in values.items():
        sent[name] = _value(form.fields[name], value)
    return sent


def _value(control: Field, value: Any) -> Any:
    if isinstance(value, bool):
        return (sorted(control.offers) or ["on"]) if value else []
    if isinstance(value, tuple) or control.kind == "file":
        return value
    texts = [str(text) for text in value] if isinstance(value, list) else [str(value)]
    if control.offers:
        wrong = set(texts) - control.offers
        assert not wrong, f"{control.name} does not offer {wrong}, only {sorted(control.offers)}"
    return texts


def _button(form: Form, press: str, needed: bool) -> tuple[str, str, str, str] | None:
    for button in form.buttons:
        if press and press in {button[0], button[1], button[2]}:
            return button
    assert not needed, f"no button {press!r}; there are {form.buttons}"
    return form.buttons[0] if form.buttons else None


def _is_text(response: TestResponse) -> bool:
    return response.mimetype.startswith("text/") or "json" in response.mimetype


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


class _Reader(HTMLParser):
    """Collects text, links, ids and forms; controls elsewhere that name a form count for it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.title: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.ids: set[str] = set()
        self.addresses: list[str] = []
        self._open: list[str] = []
        self._form: Form | None = None
        self._control: Field | None = None
        self._label: list[str] | None = None
        self._pressed: tuple[str, dict[str, str]] = ("none", {})
        self._later: list[tuple[str, Field]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        names = {name for name, _ in attrs}
        if tag not in VOID:
            self._open.append(tag)
        self.ids.update({given["id"]} if "id" in names else set())
        self.addresses.extend(given[name] for name in ("href", "src") if given.get(name))
        starter = getattr(self, f"_start_{tag}", None)
        if starter is not None:
            starter(given, names)
        elif tag in {"p", "li", "td", "th", "div", "h1", "h2", "h3", "tr", "dt", "dd", "br"}:
            self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        ender = getattr(self, f"_end_{tag}", None)
        if ender is not None:
            ender()

    def handle_data(self, data: str) -> None:
        if "title" in self._open:
            self.title.append(data)
        if not SILENT & set(self._open):
            self.text.append(data)
            if self._label is not None:
                self._label.append(data)
            if self._control is not None and self._control.kind == "textarea":
                self._control.values[0] += data

    def close(self) -> None:
        super().close()
        for form in self.forms:
            for owner, control in self._later:
                if owner == form.id:
                    self._add_to(form, control)

    def _start_form(self, given: dict[str, str], names: set[str]) -> None:
        method = given.get("method", "get").lower()
        self._form = Form(given.get("id", ""), given.get("action", ""), method)
        self.forms.append(self._form)

    def _end_form(self) -> None:
        self._form = None

    def _start_a(self, given: dict[str, str], names: set[str]) -> None:
        if "href" in names:
            self._label = []
            self.links.append(("", given["href"]))

    def _end_a(self) -> None:
        if self._label is not None and self.links:
            self.links[-1] = ("".join(self._label), self.links[-1][1])
        self._label = None

    def _start_input(self, given: dict[str, str], names: set[str]) -> None:
        kind = given.get("type", "text").lower()
        if "disabled" in names or kind in {"reset", "image"}:
            return
        if kind in {"submit", "button"}:
            self._add_button(kind, given, given.get("value", ""))
            return
        control = Field(given.get("name", ""), kind)
        if kind in {"checkbox", "radio"}:
            value = given.get("value", "on")
            control.offers.add(value)
            control.values = [value] if "checked" in names else []
        elif kind != "file":
            control.values = [given.get("value", "")]
        self._add(control, given)

    def _start_textarea(self, given: dict[str, str], names: set[str]) -> None:
        self._control = Field(given.get("name", ""), "textarea", [""])
        if "disabled" not in names:
            self._add(self._control, given)

    def _end_textarea(self) -> None:
        if self._control is not None and self._control.values:
            self._control.values[0] = self._control.values[0].removeprefix("\n")
        self._control = None

    def _start_select(self, given: dict[str, str], names: set[str]) -> None:
        self._control = Field(
            given.get("name", ""), "multiple" if "multiple" in names else "select"
        )
        if "disabled" not in names:
            self._add(self._control, given)

    def _start_option(self, given: dict[str, str], names: set[str]) -> None:
        if self._control is None:
            return
        self._control.offers.add(given.get("value", ""))
        first = self._control.kind == "select" and len(self._control.offers) == 1
        if "selected" in names or first:
            if self._control.kind == "select":
                self._control.values.clear()
            self._control.values.append(given.get("value", ""))

    def _end_select(self) -> None:
        self._control = None

    def _start_button(self, given: dict[str, str], names: set[str]) -> None:
        self._label = []
        kind = "none" if "disabled" in names else given.get("type", "submit")
        self._pressed = (kind, given)

    def _end_button(self) -> None:
        if self._label is not None:
            kind, given = self._pressed
            self._add_button(kind, given, _tidy("".join(self._label)))
        self._label = None

    def _add_button(self, kind: str, given: dict[str, str], text: str) -> None:
        owner = self._owner(given)
        if owner is not None and kind == "submit":
            action = given.get("formaction", "")
            owner.buttons.append((given.get("name", ""), given.get("value", ""), text, action))

    def _owner(self, given: dict[str, str]) -> Form | None:
        if "form" in given:
            return next((form for form in self.forms if form.id == given["form"]), None)
        return self._form

    def _add(self, control: Field, given: dict[str, str]) -> None:
        if not control.name:
            return
        owner = self._owner(given)
        if owner is not None:
            self._add_to(owner, control)
        elif "form" in given:
            self._later.append((given["form"], control))

    @staticmethod
    def _add_to(form: Form, control: Field) -> None:
        known = form.fields.get(control.name)
        if known is None:
            form.fields[control.name] = control
        else:
            known.values += control.values
            known.offers |= control.offers
