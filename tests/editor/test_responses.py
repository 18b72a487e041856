"""Prepared responses: what may be kept beside a rule, how an alarm fills it, and that none of it is ever submitted."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.redaction import SECRET_NAME
from editor import responses
from editor.flow import walk
from editor.flow.alarm import Alarm
from editor.flow.reading import read_document
from editor.models import Rule, Version
from editor.responses import Misprepared, escaped, fill, placeholders, read_responses, resolve
from tests.conftest import DOCUMENTS, Api

ROOT = Path(__file__).parent.parent.parent
CASES = json.loads((DOCUMENTS / "placeholders.json").read_text())
SAMPLE = json.loads((DOCUMENTS / "good" / "published-sample.json").read_text())
MERGES = [node["id"] for node in SAMPLE["match_v3"]["nodes"] if node.get("businessType") == "CombineConf"]
CARD = MERGES[0]
NAMES = st.text(st.characters(exclude_characters="{}", codec="utf-8"), min_size=1, max_size=20)
TEXTS = st.text(st.sampled_from("${}ab ") | st.characters(codec="utf-8"))


def response(**members: Any) -> Any:
    return {
        "id": "restart1",
        "title": "Restart the service",
        "task": {
            "type": "SCRIPT",
            "source": "CUSTOMIZATION",
            "id": "SC20250711080000restart01",
            "name": "restart_service",
        },
        "parameters": {"service": "${app}", "mode": "graceful"},
        "targets": {"by": "attribute", "attribute": "resource_id", "placeholder": "${resource_id}"},
        **members,
    }


def alarm(**attributes: str) -> Alarm:
    return Alarm({"metadata": attributes})


@given(TEXTS)
def test_an_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert placeholders(escaped(text)) == []
    assert fill(escaped(text), {}) == text


@given(st.lists(st.tuples(TEXTS, NAMES, TEXTS)), TEXTS)
def test_placeholders_are_filled_where_they_stand_and_what_is_filled_in_is_not_read_again(
    parts: list[tuple[str, str, str]], end: str
) -> None:
    values = {name: value for _, name, value in parts}
    # A sign right before a placeholder would escape it.
    text = "".join(f"{escaped(before.rstrip('$'))}${{{name}}}" for before, name, _ in parts) + escaped(end)
    assert placeholders(text) == list(dict.fromkeys(name for _, name, _ in parts))
    assert fill(text, values) == "".join(before.rstrip("$") + values[name] for before, name, _ in parts) + end


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"] or "nothing")
def test_the_attributes_a_text_asks_for_are_those_that_the_browser_finds(case: Any) -> None:
    if case["attributes"] is None:
        with pytest.raises(ValueError, match="begins a placeholder that is none"):
            placeholders(case["text"])
    else:
        assert placeholders(case["text"]) == case["attributes"]


def test_the_browser_has_the_server_s_limits() -> None:
    assert json.loads((ROOT / "static" / "src" / "model" / "responses.json").read_text()) == {
        "perCard": responses.PER_CARD,
        "perRule": responses.PER_RULE,
        "parameters": responses.PARAMETERS,
        "resources": responses.RESOURCES,
        "titleLength": responses.TITLE_LENGTH,
        "nameLength": responses.NAME_LENGTH,
        "regionLength": responses.REGION_LENGTH,
        "taskIdLength": list(responses.TASK_ID_LENGTH),
        "taskNameLength": responses.TASK_NAME_LENGTH,
        "userLength": responses.USER_LENGTH,
        "timeout": list(responses.TIMEOUT),
        "successRate": list(responses.SUCCESS_RATE),
        "taskTypes": list(responses.TASK_TYPES),
        "sources": list(responses.SOURCES),
        "targetAttributes": list(responses.TARGET_ATTRIBUTES),
        "secretName": SECRET_NAME.pattern,
    }


def test_an_alarm_fills_parameters_and_the_machine() -> None:
    filled = resolve(response(), alarm(app="nginx", resource_id="i-1"))
    assert filled.missing == ()
    assert filled.form == response(
        parameters={"service": "nginx", "mode": "graceful"},
        targets={
            "by": "attribute",
            "attribute": "resource_id",
            "placeholder": "${resource_id}",
            "value": "i-1",
        },
    )


def test_every_attribute_that_the_alarm_lacks_is_named_with_what_it_is_for() -> None:
    filled = resolve(response(), alarm(event_name="cpu"))
    assert filled.form is None
    assert [(one.pointer, one.attribute) for one in filled.missing] == [
        ("/parameters/service", "app"),
        ("/targets/placeholder", "resource_id"),
    ]
    assert filled.missing[0].detail == "The parameter service cannot be filled: the alarm has no attribute app."


@pytest.mark.parametrize(("length", "fits"), [(4095, True), (4096, False)])
def test_a_text_that_would_become_too_long_is_not_filled(length: int, fits: bool) -> None:
    filled = resolve(response(parameters={"p": "${a}!"}, targets={"by": "none"}), alarm(a="x" * length))
    assert (filled.form is not None) == fits
    assert [(one.pointer, one.attribute) for one in filled.missing] == ([] if fits else [("/parameters/p", "a")])


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ([], ""),
        ({"a/b": {}}, "/a~1b"),
        ({"m": ["x"]}, "/m/0"),
        ({"m": [response(id="short")]}, "/m/0/id"),
        ({"m": [response(title=" ")]}, "/m/0/title"),
        ({"m": [response(title="x" * 101)]}, "/m/0/title"),
        ({"m": [response(task=None)]}, "/m/0/task"),
        ({"m": [response(task={**response()["task"], "type": "ALARM"})]}, "/m/0/task/type"),
        ({"m": [response(task={**response()["task"], "id": "ab"})]}, "/m/0/task/id"),
        ({"m": [response(parameters={"": "x"})]}, "/m/0/parameters/"),
        ({"m": [response(parameters={"n": 1})]}, "/m/0/parameters/n"),
        ({"m": [response(parameters={"n": "${"})]}, "/m/0/parameters/n"),
        ({"m": [response(parameters={"db_password": "hunter22"})]}, "/m/0/parameters/db_password"),
        ({"m": [response(parameters={f"p{n}": "" for n in range(101)})]}, "/m/0/parameters"),
        ({"m": [response(timeout=4)]}, "/m/0/timeout"),
        ({"m": [response(timeout=True)]}, "/m/0/timeout"),
        ({"m": [response(success_rate="90")]}, "/m/0/success_rate"),
        ({"m": [response(run_as="")]}, "/m/0/run_as"),
        ({"m": [response(targets={"by": "all"})]}, "/m/0/targets/by"),
        ({"m": [response(targets={"by": "none", "resource_ids": []})]}, "/m/0/targets/resource_ids"),
        ({"m": [response(targets={"by": "list", "resource_ids": []})]}, "/m/0/targets/resource_ids"),
        (
            {"m": [response(targets={"by": "attribute", "attribute": "ip", "placeholder": "10.0.0.1"})]},
            "/m/0/targets/placeholder",
        ),
        ({"m": [response(more=1)]}, "/m/0/more"),
        ({"m": [response(), response()]}, "/m"),
        ({"m": [response(id=f"respons{n:x}") for n in range(11)]}, "/m"),
        ({f"m{card}": [response(id=f"respons{n}") for n in range(9)] for card in range(6)}, ""),
    ],
)
def test_it_refuses_what_could_never_be_filled_and_names_the_place(given: Any, place: str) -> None:
    with pytest.raises(Misprepared) as refusal:
        read_responses(given)
    assert [fault.pointer for fault in refusal.value.faults] == [place]


def test_a_member_that_is_missing_is_named() -> None:
    with pytest.raises(Misprepared) as refusal:
        read_responses({"m": [{"id": "restart1"}]}, "/responses")
    assert {fault.pointer for fault in refusal.value.faults} == {
        "/responses/m/0/title",
        "/responses/m/0/task",
        "/responses/m/0/parameters",
        "/responses/m/0/targets",
    }


def test_a_parameter_that_names_a_secret_is_kept_while_it_is_empty() -> None:
    kept = {"m": [response(parameters={"db_password": ""})], "none": []}
    assert read_responses(kept) == {"m": kept["m"]}


def stored(designer: Api, **members: Any) -> Any:
    answer = designer.post("/api/rules/", {"document": SAMPLE, **members})
    assert answer.status_code == 201, answer.content
    return answer.json()


def saved(designer: Api, rule: Any, **members: Any) -> Any:
    answer = designer.put(f"/api/rules/{rule['id']}/", {"document": SAMPLE, **members}, **{"If-Match": rule["etag"]})
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.django_db
def test_responses_are_kept_beside_the_document_and_a_change_of_them_alone_is_a_version(
    api: Callable[[str], Api],
) -> None:
    designer = api("designer")
    first = stored(designer, responses={CARD: [response()]})
    assert first["responses"] == {CARD: [response()]}
    second = saved(designer, first, responses={CARD: [response(title="Now")]})
    assert (second["etag"], second["digest"]) == ('"v2"', first["digest"])
    assert second["responses"][CARD][0]["title"] == "Now"
    old = designer.get(f"/api/rules/{first['id']}/versions/1/").json()
    assert old["responses"] == {CARD: [response()]}


@pytest.mark.django_db
def test_a_save_that_says_nothing_of_responses_keeps_them_and_an_empty_one_takes_them_out(
    api: Callable[[str], Api],
) -> None:
    designer = api("designer")
    first = stored(designer, responses={CARD: [response()], "flow-gone0001": [response()]})
    second = saved(designer, first)
    assert second["responses"] == {CARD: [response()], "flow-gone0001": [response()]}
    assert saved(designer, second, responses={})["responses"] == {}


@pytest.mark.django_db
def test_the_list_of_versions_names_those_with_other_responses(api: Callable[[str], Api]) -> None:
    designer = api("designer")
    one = stored(designer)
    two = saved(designer, one, responses={CARD: [response()]})
    three = saved(designer, two, message="the same")
    saved(designer, three, responses={})
    listed = designer.get(f"/api/rules/{one['id']}/versions/").json()["results"]
    assert [(row["version"], row["has_new_responses"]) for row in listed] == [
        (4, True),
        (3, False),
        (2, True),
        (1, False),
    ]


@pytest.mark.django_db
def test_a_save_is_refused_with_the_place_of_what_is_wrong(api: Callable[[str], Api]) -> None:
    answer = api("designer").post("/api/rules/", {"document": SAMPLE, "responses": {CARD: [response(id="x")]}})
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/responses/{CARD}/0/id"]
    assert Rule.objects.count() == 0


@pytest.mark.django_db
def test_a_stale_save_is_told_the_responses_that_are_current(api: Callable[[str], Api]) -> None:
    designer = api("designer")
    first = stored(designer)
    saved(designer, first, responses={CARD: [response()]})
    answer = designer.put(f"/api/rules/{first['id']}/", {"document": SAMPLE}, **{"If-Match": first["etag"]})
    assert answer.status_code == 412
    assert answer.json()["current"]["responses"] == {CARD: [response()]}


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["match_v3", "mermaid", "svg"])
def test_no_export_holds_a_response(api: Callable[[str], Api], form: str) -> None:
    designer = api("designer")
    bare = stored(designer)
    plain = designer.get(f"/api/rules/{bare['id']}/export/?as={form}&version=1")
    prepared = saved(designer, bare, responses={CARD: [response()]})
    told = designer.get(f"/api/rules/{prepared['id']}/export/?as={form}&version=2")
    assert (told.status_code, told.content) == (plain.status_code, plain.content)
    assert Version.objects.get(number=2).document == Version.objects.get(number=1).document


def routed() -> tuple[Any, str]:
    """An alarm, and the card of the sample that groups it."""
    for metadata in ({}, {"resource_provider": "AOM"}, {"event_severity": "Critical"}):
        found = walk(read_document(SAMPLE), Alarm({"metadata": {"app": "nginx", **metadata}}))
        if found.leaf:
            return {"metadata": {"app": "nginx", **metadata}}, found.leaf
    raise AssertionError("no alarm is grouped")


@pytest.mark.django_db
def test_an_alarm_finds_the_responses_of_the_card_that_groups_it(api: Callable[[str], Api]) -> None:
    given, leaf = routed()
    other = next(card for card in MERGES if card != leaf)
    prepared = response(targets={"by": "none"})
    rule = stored(api("designer"), responses={leaf: [prepared], other: [response()]})
    path = f"/api/rules/{rule['id']}/responses/resolve/"
    told = api("reviewer").post(path, {"alarm": given}).json()
    assert (told["leaf"], told["card"], told["version"]) == (leaf, leaf, 1)
    assert [one["form"]["parameters"]["service"] for one in told["responses"]] == ["nginx"]
    elsewhere = api("reviewer").post(path, {"alarm": given, "card": other}).json()
    assert [one["form"] for one in elsewhere["responses"]] == [None]
    assert elsewhere["responses"][0]["missing"][0]["attribute"] == "resource_id"


@pytest.mark.django_db
def test_a_simulation_tells_the_responses_of_a_draft(api: Callable[[str], Api]) -> None:
    given, leaf = routed()
    body = {"rule": SAMPLE, "alarms": [given], "responses": {leaf: [response(targets={"by": "none"})]}}
    [told] = api("reviewer").post("/api/simulate/", body).json()["results"]
    assert told["responses"][0]["form"]["parameters"] == {"service": "nginx", "mode": "graceful"}
    [bare] = api("reviewer").post("/api/simulate/", {**body, "responses": {}}).json()["results"]
    assert bare["responses"] == []


@pytest.mark.django_db
def test_a_simulation_whose_answer_would_be_too_large_is_refused(api: Callable[[str], Api]) -> None:
    given, leaf = routed()
    many = [response(id=f"respons{n}", parameters={f"p{m}": "" for m in range(100)}) for n in range(10)]
    body = {"rule": SAMPLE, "alarms": [given] * 150, "responses": {leaf: many}}
    assert api("reviewer").post("/api/simulate/", body).status_code == 413


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"alarm": []}, 400),
        ({"alarm": {"labels": {}, "metadata": {}}}, 400),
        ({"alarm": {}, "version": 9}, 404),
        ({"alarm": {}, "card": "flow-nowhere0"}, 200),
    ],
)
def test_a_question_about_an_alarm_is_read_strictly(api: Callable[[str], Api], body: Any, status: int) -> None:
    rule = stored(api("designer"))
    assert api("reviewer").post(f"/api/rules/{rule['id']}/responses/resolve/", body).status_code == status
