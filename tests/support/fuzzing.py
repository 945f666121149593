"""Requests to everything there is, made of hostile values, and what no answer may be.

First somebody reads what there is (`Known`): the addresses that links lead to, the forms that pages
show, the heads of sheets. Then `Fuzzer` sends each address, form and operation with values of
`tests.support.hostile` in their places.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from learn.api.blueprint import BASE
from learn.api.operations import OPERATIONS, Operation
from learn.web.errors import TITLES
from learn.web.i18n import LANGUAGES, gettext_in
from tests.support import hostile
from tests.support.browsing import Browser, Form
from tests.support.walking import adapter

QUERY = (
    "after before next show quiz q over line format code alt unit course role status state kind day from to on until year "
    "columns col set sort page competency class post level what line_of number name title person due per basis act tag version "
    "other with since choice attempts language scope ended search digest batch"
).split()  # fmt: skip
"""What stands behind the question mark of pages."""

CLOSES = frozenset({"sign_out", "end_sign_ins_of_mine", "change_password", "admin_end_sign_ins", "admin_make_code", "set_language"})  # fmt: skip
"""Pages that end sign-ins or change the language, when they do what they are for."""

LANG = re.compile(r'<html lang="(\w+)"')


@dataclass
class Known:
    """What was found: values by the name of a place in addresses, forms by page, heads of sheets."""

    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    forms: dict[str, list[tuple[str, str, Form]]] = field(default_factory=lambda: defaultdict(list))
    sheets: list[bytes] = field(default_factory=list)

    def add(self, places: Mapping[str, Any]) -> None:
        """Remember values of places in addresses, by the name of the pages' and of the API's."""
        for page_name, value in places.items():
            for name in {page_name, page_name.removesuffix("_id")}:
                if str(value) not in self.values[name]:
                    self.values[name].append(str(value))


def look_around(
    app: Flask, browser: Browser, known: Known, *, starts: Iterable[str], most: int, who: str
) -> int:
    """Follow links from `starts`, at most two pages of each kind; return how many were read."""
    views, waiting, read = adapter(app), list(starts), defaultdict[str, int](int)
    seen = set(waiting)
    while waiting and sum(read.values()) < most:
        address = waiting.pop(0)
        endpoint, places = _matched(views, address, "GET")
        if not endpoint or read[endpoint] >= 2:
            continue
        read[endpoint] += 1
        known.add(places)
        page = browser.get(address)
        page.response.close()
        if page.headers.get("Content-Type", "").startswith("text/csv"):
            known.sheets.append(page.data)
        for form in page.forms:
            action = urljoin(page.address, form.action or page.address)
            found = _matched(views, action, form.method.upper())[0]
            if found.removeprefix("learn.") not in CLOSES:
                known.forms[found].append((who, action, form))
        new = [urljoin(page.address, href) for _text, href in page.links]
        new = [each for each in new if not urlsplit(each).netloc and each not in seen]
        seen.update(new)
        waiting += new
    known.forms.pop("", None)
    return sum(read.values())


def _matched(views: Any, address: str, method: str) -> tuple[str, Mapping[str, Any]]:
    try:
        endpoint, places = views.match(urlsplit(address).path, method=method)
    except HTTPException:
        return "", {}
    return str(endpoint), places


@dataclass(frozen=True)
class Sent:
    """One request, as it can be told."""

    who: str
    method: str
    address: str
    options: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.who}: {self.method} {self.address[:300]} {str(self.options)[:600]}"


class Fuzzer:
    """Sends requests as several people; what no answer may be is kept in `wrong`."""

    def __init__(
        self, app: Flask, rng: random.Random, browsers: Mapping[str, Browser], known: Known,
        tokens: Sequence[str],
    ) -> None:  # fmt: skip
        self.rng, self.known, self.browsers, self.tokens = rng, known, browsers, tokens
        self.rules = _rules_of(app)
        self.api = app.test_client(use_cookies=False)
        self.adapter = app.url_map.bind("localhost")
        self.forged = {name: _token_of(browser) for name, browser in browsers.items()}
        self.titles = {
            each: {gettext_in(each)(title.msgid) for title in TITLES.values()} for each in LANGUAGES
        }
        self.wrong: list[str] = []
        self.counts: dict[int, int] = defaultdict(int)

    def send(self, step: int) -> None:
        """Send one request: in turn to a page, to an operation, and a form."""
        if step % 3 == 0:
            self.send_to_page(self.rules[step // 3 % len(self.rules)])
        elif step % 3 == 1:
            self.send_to_operation(OPERATIONS[step // 3 % len(OPERATIONS)])
        else:
            forms = sorted(self.known.forms)
            self.send_form(forms[step // 3 % len(forms)])

    def send_to_page(self, rule: Rule) -> None:
        """Ask for an address with hostile values in its places and behind its question mark."""
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        address = self._address(rule.rule)
        if self.rng.random() < 0.7:
            address += "?" + self._query(QUERY)
        options: dict[str, Any] = {}
        if method == "POST":
            names = (
                "reason",
                "act",
                "number",
                "course",
                "unit",
                "digest",
                "state",
                "until",
                "name",
            )
            options = self._form(
                {name: [hostile.text(self.rng)] for name in self.rng.sample(names, 4)}
            )
        self._send(method, address, options)

    def send_form(self, endpoint: str) -> None:
        """Send a form of a page, some of its fields changed."""
        who, action, form = self.rng.choice(self.known.forms[endpoint])
        who = who if self.rng.random() < 0.6 else self.rng.choice(sorted(self.browsers))
        sent: dict[str, list[Any]] = {}
        for name, control in form.fields.items():
            sent[name] = list(control.values) or sorted(control.offers)[:1] or ["1"]
            if control.kind == "file":
                sent[name] = [hostile.file_of(self.rng, self.known.sheets)]
        for name, value, _text, _action in form.buttons[:1]:
            sent[name or "go"] = [value]
        names = sorted(set(sent) - {"csrf_token"})
        for name in self.rng.sample(names, min(len(names), self.rng.randint(1, 3))):
            if not isinstance(sent[name][0], tuple):
                sent[name] = [
                    hostile.text(self.rng) for _ in range(self.rng.choice((1, 1, 1, 0, 2)))
                ]
        if form.method == "get":
            self._send("GET", urlsplit(action).path + "?" + _encoded(sent), {}, who=who)
            return
        self._send("POST", action, self._form(sent), who=who)

    def send_to_operation(self, made: Operation) -> None:
        """Ask for an operation of the API with a body that follows its schema but for one place."""
        address = BASE + self._address(made.path)
        if made.query is not None and self.rng.random() < 0.8:
            address += "?" + self._query(tuple(made.query.model_fields))
        options: dict[str, Any] = {}
        if made.upload:
            options |= {"data": hostile.file_of(self.rng, self.known.sheets)[0].read(), "content_type": "text/csv"}  # fmt: skip
        elif made.body is not None:
            value = hostile.body_of(self.rng, made.body.model_json_schema())
            options |= {"data": hostile.as_json(self.rng, hostile.changed(self.rng, value)), "content_type": "application/json"}  # fmt: skip
        self._send_to_api(made.method, address, options)

    def _address(self, pattern: str) -> str:
        def fill(match: re.Match[str]) -> str:
            converter, _, name = match.group(1).rpartition(":")
            if converter.startswith("any"):
                return self.rng.choice(converter[4:-1].split(",")).strip()
            known = self.known.values.get(name) or ["1"]
            if self.rng.random() < 0.75:
                return quote(self.rng.choice(known), safe="/")
            if converter == "int":
                return self.rng.choice(("0", "1", "999", "2147483648", "9" * 19, "9" * 60, "01", "-1", "²"))  # fmt: skip
            return quote(hostile.text(self.rng), safe="", errors="surrogatepass") or "x"

        return re.sub(r"<([^>]*)>", fill, pattern)

    def _query(self, names: Sequence[str]) -> str:
        chosen = self.rng.sample(list(names), min(len(names), self.rng.randint(1, 4)))
        known = [each for values in self.known.values.values() for each in values[:2]]
        return _encoded(
            {name: [self.rng.choice(known) if known and self.rng.random() < 0.2 else hostile.text(self.rng)] for name in chosen}
        )  # fmt: skip

    def _form(self, fields: dict[str, list[Any]]) -> dict[str, Any]:
        """Return the options that send these fields: in parts when there are files among them."""
        if any(isinstance(value, tuple) for values in fields.values() for value in values):
            parts = {
                name: [value if isinstance(value, tuple) else _sendable(value) for value in values]
                for name, values in fields.items()
            }
            return {"data": parts}
        return {"data": _encoded(fields), "content_type": "application/x-www-form-urlencoded"}

    def _send(self, method: str, address: str, options: dict[str, Any], *, who: str = "") -> None:
        """Send something as a browser does, nearly always with a good token."""
        who = who or self.rng.choice(sorted(self.browsers))
        client, language = self.browsers[who].client, self.rng.choice(("id", "en"))
        client.set_cookie("learn_language", language)
        headers = {}
        if method != "GET" and self.rng.random() < 0.97:
            headers["X-CSRFToken"] = self.forged[who]
        self._ask(client, Sent(who, method, address, {**options, "headers": headers}), language)

    def _send_to_api(self, method: str, address: str, options: dict[str, Any]) -> None:
        """Send something as a program does, with somebody's token."""
        language = self.rng.choice(("id", "en"))
        headers = {
            "Authorization": f"Bearer {self.rng.choice(self.tokens)}",
            "Accept-Language": language,
        }
        sent = Sent("a program", method, address, {**options, "headers": headers})
        self._ask(self.api, sent, language)

    def _ask(self, client: FlaskClient, sent: Sent, language: str) -> None:
        told, headers = str(sent), sent.options["headers"]
        if self.rng.random() < 0.06:
            name, value = self.rng.choice(hostile.HEADERS)
            headers[name] = value
            language = "" if name in {"Accept-Language", "Cookie"} else language
        try:
            with client.open(sent.address, method=sent.method, **sent.options) as answer:
                self._judge(told, answer, language)
        except Exception as error:  # whatever comes must be answered, to its last byte
            self.wrong.append(f"{told}\n  raised {error!r}")

    def _judge(self, told: str, answer: TestResponse, language: str) -> None:
        self.counts[answer.status_code] += 1
        text = answer.get_data().decode("utf-8", "replace")
        if answer.status_code >= 500:
            self.wrong.append(f"{told}\n  answered {answer.status_code}")
        if "Traceback (most recent" in text:
            self.wrong.append(f"{told}\n  shows a traceback")
        found = LANG.search(text) if answer.mimetype == "text/html" else None
        if language and found and found.group(1) != language:
            self.wrong.append(f"{told}\n  is in {found.group(1)}, not in {language}")
        if language and answer.mimetype == "application/problem+json":
            other = "en" if language == "id" else "id"
            title = answer.json["title"]
            if title in self.titles[other] - self.titles[language]:
                self.wrong.append(f"{told}\n  says {title!r}, which is not {language}")


def _rules_of(app: Flask) -> list[Rule]:
    found = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("learn.") and rule.endpoint.removeprefix("learn.") not in CLOSES
    ]
    return sorted(found, key=lambda rule: (rule.endpoint, rule.rule))


def _token_of(browser: Browser) -> str:
    browser.get("/help")
    return browser.token()


def _encoded(fields: Mapping[str, Sequence[str]]) -> str:
    pairs = [(name, value) for name, values in fields.items() for value in values]
    return urlencode(pairs, errors="surrogatepass")


def _sendable(value: str) -> str:
    return value.encode("utf-8", "replace").decode()
