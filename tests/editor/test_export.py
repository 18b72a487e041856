"""What a rule can be taken home as."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from editor.models import Rule
from tests.conftest import DOCUMENTS, Api

pytestmark = pytest.mark.django_db
MATCH = {"key": "team", "operate": "EQUALS", "value": ["ä"]}
LEGACY: dict[str, Any] = {
    "name": "payments",
    "detail": [{"match": [MATCH], "bind_notification_rule_ids": ["oncall"], "owner": "Ärzte"}],
    "group_by": ["resource_provider"],
    "group_wait": 15,
    "group_interval": 60,
    "group_repeat_waiting": 3600,
}


def exported(designer: Api, document: object, query: str = "", layout: object = None) -> Any:
    body = {"document": document, "layout": layout or {"nodes": {}}}
    rule = designer.post("/api/rules/", body).json()
    return designer.get(f"/api/rules/{rule['id']}/export/{query}")


@pytest.mark.parametrize("query", ["", "?as=detail"])
def test_without_a_form_it_is_the_exact_body(api: Callable[[str], Api], query: str) -> None:
    answer = exported(api("designer"), LEGACY, query)
    assert answer.json() == LEGACY
    assert list(answer.json()) == list(LEGACY)
    assert "Groupflow-Notes" not in answer.headers


@pytest.mark.parametrize(
    ("form", "content_type", "file_name", "begin"),
    [
        ("match_v3", "application/json", "payments.json", '{\n  "name": "payments",\n  "match_v3": {'),
        ("detail", "application/json", "payments.json", "{"),
        ("mermaid", "text/plain; charset=utf-8", "payments.mmd", "flowchart TD\n"),
        ("svg", "image/svg+xml", "payments.svg", "<svg "),
        ("terraform", "text/plain; charset=utf-8", "payments.tf", "# "),
    ],
)
def test_a_legacy_rule_is_exported_in_every_form(
    api: Callable[[str], Api], form: str, content_type: str, file_name: str, begin: str
) -> None:
    answer = exported(api("designer"), LEGACY, f"?as={form}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, content_type)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{file_name}"'
    assert answer.headers["ETag"] == '"v1"'
    assert answer.content.decode().startswith(begin)
    assert "ä" in answer.content.decode()


def test_what_a_form_says_otherwise_stands_in_a_header(api: Callable[[str], Api]) -> None:
    answer = exported(api("designer"), {**LEGACY, "detail": [{**LEGACY["detail"][0], "ö": 1}]}, "?as=match_v3")
    assert json.loads(answer.headers["Groupflow-Notes"]) == [
        "A flow has no room for the member owner. (/detail/0/owner)",
        "A flow has no room for the member ö. (/detail/0/ö)",
    ]


def test_a_form_that_cannot_say_the_rule_answers_with_every_reason(api: Callable[[str], Api], sample: Any) -> None:
    answer = exported(api("designer"), sample, "?as=detail")
    assert (answer.status_code, answer.headers["Content-Type"]) == (409, "application/problem+json")
    problem = answer.json()
    assert problem["title"] == "Cannot be said in this form"
    assert len(problem["errors"]) > 1
    assert all(error["pointer"].startswith("/match_v3/") and error["detail"] for error in problem["errors"])
    assert all(error["detail"] in problem["detail"] for error in problem["errors"])


def test_a_rule_with_errors_answers_with_its_findings(api: Callable[[str], Api]) -> None:
    answer = exported(api("designer"), {**LEGACY, "group_wait": 601}, "?as=terraform")
    assert (answer.status_code, answer.json()["findings"][0]["code"]) == (422, "wait-range")


def test_a_picture_keeps_the_places_of_the_cards(api: Callable[[str], Api], sample: Any) -> None:
    designer = api("designer")
    nodes = {node["id"]: {"x": 400 * n, "y": 0} for n, node in enumerate(sample["match_v3"]["nodes"])}
    rows = exported(designer, sample, "?as=svg", {"nodes": nodes}).content
    sample["name"] = "other"
    assert rows != exported(designer, sample, "?as=svg").content


def test_nothing_to_draw_is_told(api: Callable[[str], Api]) -> None:
    answer = exported(api("designer"), {"name": "payments"}, "?as=svg")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "")


def test_every_good_document_is_exported_or_refused_in_words(api: Callable[[str], Api]) -> None:
    designer = api("designer")
    for n, file in enumerate(sorted((DOCUMENTS / "doubtful").glob("*.json"))):
        document = {**json.loads(file.read_text()), "name": f"rule{n}"}
        rule = designer.post("/api/rules/", {"document": document}).json()
        for form in ("match_v3", "detail", "mermaid", "svg", "terraform"):
            answer = designer.get(f"/api/rules/{rule['id']}/export/?as={form}")
            assert answer.status_code in (200, 409), (file.name, form, answer.content)


def converted(designer: Api, **body: object) -> Any:
    return designer.post("/api/convert/", body)


def test_a_document_that_is_not_stored_is_drawn_where_its_cards_stand(api: Callable[[str], Api], sample: Any) -> None:
    reviewer = api("reviewer")
    nodes = {node["id"]: {"x": 400 * n, "y": 0} for n, node in enumerate(sample["match_v3"]["nodes"])}
    placed = converted(reviewer, rule=sample, to="svg", layout={"nodes": nodes}).json()
    assert placed["text"].startswith("<svg") and placed["notes"] == []
    assert placed["text"] != converted(reviewer, rule=sample, to="svg").json()["text"]
    assert not Rule.objects.exists()


def test_a_conversion_says_what_is_different(api: Callable[[str], Api]) -> None:
    document = {**LEGACY, "detail": [{**LEGACY["detail"][0], "ö": 1}]}
    answer = converted(api("designer"), rule=document, to="match_v3").json()
    assert json.loads(answer["text"])["match_v3"]["nodes"]
    assert any("ö" in note for note in answer["notes"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"rule": LEGACY, "to": "pdf"}, 400),
        ({"rule": LEGACY}, 400),
        ({"rule": LEGACY, "to": "svg", "layout": {"nodes": []}}, 400),
        ({"rule": {"name": "payments"}, "to": "svg"}, 409),
        ({"rule": {**LEGACY, "group_wait": 601}, "to": "terraform"}, 422),
    ],
)
def test_a_conversion_that_cannot_be_is_refused_in_words(api: Callable[[str], Api], body: Any, status: int) -> None:
    answer = converted(api("designer"), **body)
    assert answer.status_code == status
    assert answer.json()["detail"]
