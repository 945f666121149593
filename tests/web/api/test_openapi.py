"""The description of the API is whole, true and says nothing of what is not there."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from learn.api.operations import OPERATIONS
from learn.extension import Learn
from tests.web.api.conftest import BASE

PAGE = Path(__file__).resolve().parents[3] / "docs" / "api.md"
METHODS = {"get", "post", "put", "delete", "patch"}


@pytest.fixture
def document(client) -> dict[str, Any]:
    page = client.get(f"{BASE}/openapi.json")
    assert page.status == 200
    return page.json


def operations(document):
    for path, item in document["paths"].items():
        for method, told in item.items():
            assert method in METHODS
            yield path, method, told


def references(value: Any):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def test_it_is_openapi_3_1_with_a_server_where_the_api_is(document):
    assert document["openapi"] == "3.1.0"
    assert {"title", "version"} <= document["info"].keys()
    assert document["servers"] == [{"url": BASE}]


def test_no_route_is_undocumented_and_nothing_else_is_described(app, document):
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix(BASE)), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("learn_api.") and not rule.rule.endswith("/openapi.json")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routes == {(path, method) for path, method, _told in operations(document)}


def test_every_operation_tells_its_summary_parameters_replies_and_errors(document):
    names = set()
    for path, method, told in operations(document):
        names.add(told["operationId"])
        assert told["summary"] and told["description"] and told["tags"] and told["security"]
        inside = {each["name"] for each in told["parameters"] if each["in"] == "path"}
        assert inside == set(re.findall(r"{(\w+)}", path))
        assert all(each["description"] and each["schema"] for each in told["parameters"])
        assert any(status.startswith("2") for status in told["responses"])
        for status, reply in told["responses"].items():
            assert reply["description"]
            kind = "application/json" if status < "4" else "application/problem+json"
            schemas = [each["schema"] for each in reply["content"].values()]
            file = status < "4" and all(each.get("format") == "binary" for each in schemas)
            assert kind in reply["content"] or file
        if method != "get":
            assert any("csrf" in each for each in told["security"])
            assert "Idempotency-Key" in {each["name"] for each in told["parameters"]}
    assert len(names) == len(OPERATIONS)


def test_every_reference_leads_to_a_schema_and_every_schema_is_used(document):
    schemas = document["components"]["schemas"]
    used = {each.removeprefix("#/components/schemas/") for each in references(document)}
    assert used == set(schemas)
    assert all(each.get("description") for each in schemas.values())


def test_security_schemes_are_those_that_operations_name(document):
    named = {
        name for _p, _m, told in operations(document) for each in told["security"] for name in each
    }
    assert named == set(document["components"]["securitySchemes"])


def test_it_loads_nothing_from_elsewhere(document):
    assert "http://" not in json.dumps(document) and "https://" not in json.dumps(document)


def test_the_page_about_the_api_has_a_row_for_every_operation(document):
    rows = set(
        re.findall(r"^\| `([A-Z]+ /[^`]*)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    )
    described = {
        f"{method.upper()} {path.replace('attempt_id', 'id')}"
        for path, method, _told in operations(document)
    }
    assert rows == described


def test_below_a_prefix_of_a_host_addresses_begin_there(tmp_path, database_url):
    host = Flask("host")
    host.config.update(
        LEARN_DATABASE_URL=database_url, LEARN_DATA_DIR=str(tmp_path), LEARN_SECRET_KEY="for tests"
    )
    Learn(host, url_prefix="/learn")
    client = host.test_client()
    assert client.get("/learn/api/v1/openapi.json").json["servers"] == [{"url": f"/learn{BASE}"}]
    assert client.get("/learn/api/v1/none").mimetype == "application/problem+json"
    assert client.get("/learn/api/v1/me").status_code == 401
    assert client.get(f"{BASE}/me").mimetype == "text/html"  # the host's own
    host.extensions["learn"].database.dispose()
