"""The Terraform resource: what it holds is what the rule says, or it is not written."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.flow import read_document
from editor.flow.convert import Inexpressible, conversion, convert
from tests.flow.convert_cases import MERGING, chains, flow_json, legacy_rules, matches

CRITICAL = {"key": "event_severity", "operate": "EQUALS", "value": ["Critical"]}
TOKEN = re.compile(r'[ \n]*(?:#[^\n]*\n[ \n]*)*("(?:[^"\\\n]|\\.)*"|[A-Za-z_][A-Za-z0-9_-]*|[0-9]+|[{}\[\]=,])')
NAMED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def legacy(*entries: list[Any], **members: Any) -> dict[str, Any]:
    detail = [{"match": found, "bind_notification_rule_ids": [f"team {n}"]} for n, found in enumerate(entries)]
    return {"name": "payments", "detail": detail, **MERGING, **members}


class Hcl:
    """A reader of as much HCL as a resource needs, with a string grammar of its own."""

    def __init__(self, text: str) -> None:
        self.tokens = [found[1] for found in TOKEN.finditer(text)]
        assert re.sub(TOKEN, "", text).strip() == "", "something is no token"

    def take(self) -> str:
        return self.tokens.pop(0)

    def body(self) -> dict[str, Any]:
        """Attributes by name; blocks as lists of (labels, body)."""
        found: dict[str, Any] = {}
        while self.tokens and self.tokens[0] != "}":
            name = self.take()
            if self.tokens[0] == "=":
                self.take()
                assert name not in found
                found[name] = self.value()
                continue
            labels = []
            while self.tokens[0] != "{":
                labels.append(string(self.take()))
            self.take()
            found.setdefault(name, []).append((*labels, self.body()))
            assert self.take() == "}"
        return found

    def value(self) -> Any:
        token = self.take()
        if token != "[":
            return string(token) if token[0] == '"' else int(token)
        items = []
        while self.tokens[0] != "]":
            items.append(self.value())
            if self.tokens[0] == ",":
                self.take()
        self.take()
        return items


def string(token: str) -> str:
    """What a quoted text says. A template in it is an error: nothing of a rule may be evaluated."""
    text, found = token[1:-1], ""
    while text:
        if escape := re.match(r'\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|([nrt"\\]))', text):
            found += NAMED[escape[3]] if escape[3] else chr(int(escape[1] or escape[2], 16))
            text = text[escape.end() :]
            continue
        assert text[0].isprintable() and not re.match(r"[$%]\{", text)
        size = 3 if re.match(r"\$\$\{|%%\{", text) else 1
        found += text[1:3] if size == 3 else text[0]
        text = text[size:]
    return found


def resource(rule: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    ((kind, label, body),) = Hcl(convert(read_document(rule), "terraform")).body()["resource"]
    assert kind == "huaweicloud_aom_alarm_group_rule"
    return label, body


def test_a_legacy_rule_is_written_as_the_provider_documents_it() -> None:
    exists = {"key": "resource_type", "operate": "EXIST", "value": []}
    document = legacy([CRITICAL, exists], desc="for ${who}", enterprise_project_id="0")
    assert convert(read_document(document), "terraform") == (
        'resource "huaweicloud_aom_alarm_group_rule" "payments" {\n'
        '  name                  = "payments"\n'
        '  description           = "for $${who}"\n'
        '  enterprise_project_id = "0"\n'
        '  group_by              = ["resource_provider"]\n'
        "  group_wait            = 15\n"
        "  group_interval        = 60\n"
        "  group_repeat_waiting  = 3600\n"
        "\n"
        "  detail {\n"
        '    bind_notification_rule_ids = ["team 0"]\n'
        "\n"
        "    match {\n"
        '      key     = "event_severity"\n'
        '      operate = "EQUALS"\n'
        '      value   = ["Critical"]\n'
        "    }\n"
        "\n"
        "    match {\n"
        '      key     = "resource_type"\n'
        '      operate = "EXIST"\n'
        "    }\n"
        "  }\n"
        "}\n"
    )


@given(legacy_rules())
def test_the_resource_says_what_the_rule_says(document: Any) -> None:
    try:
        label, body = resource(document)
    except Inexpressible:
        assert document["ai_group_by"] or not all(isinstance(name, str) for name in document["group_by"] or [1])
        return
    assert (label, body["name"], body["description"]) == ("payments", "payments", "kept")
    assert body["group_by"] == document["group_by"]
    waits = [body[wait] for wait in ("group_wait", "group_interval", "group_repeat_waiting")]
    assert waits == [15, 60, int(document["group_repeat_waiting"])]
    for (block,), entry in zip(body["detail"], document["detail"], strict=True):
        assert block["bind_notification_rule_ids"] == entry["bind_notification_rule_ids"]
        found = [match | {"value": match.get("value", [])} for (match,) in block["match"]]
        assert found == entry["match"]


@given(st.text(max_size=30) | st.lists(st.sampled_from(["$", "%", "{", "\\", '"', "u0041", "\n"])).map("".join))
def test_any_text_is_read_back_and_never_evaluated(text: str) -> None:
    document = legacy([{"key": "key " + text, "operate": "EQUALS", "value": ["a", text]}], desc=text)
    document["detail"][0]["bind_notification_rule_ids"] = ["to " + text]
    _, body = resource(document)
    ((detail,),) = body["detail"]
    assert body["description"] == text
    assert detail["bind_notification_rule_ids"] == ["to " + text]
    assert detail["match"] == [({"key": "key " + text, "operate": "EQUALS", "value": ["a", text]},)]


@given(chains())
def test_a_chain_of_conditions_is_written_as_its_detail(document: Any) -> None:
    converted = read_document(json.loads(convert(read_document(document), "detail")))
    _, body = resource(document)
    entries = converted.entries or ()
    assert [block["bind_notification_rule_ids"] for (block,) in body["detail"]] == [
        list(entry.notify) for entry in entries
    ]


@pytest.mark.parametrize(("name", "label"), [("payments", "payments"), ("7days", "rule_7days")])
def test_the_label_is_an_identifier(name: str, label: str) -> None:
    assert resource(legacy([CRITICAL], name=name))[0] == label


def test_smart_merging_is_named_for_every_card_with_all_other_reasons() -> None:
    links = [("start", "c0", ""), ("c0", "m0", "true"), ("c0", "m1", "false"), ("m1", "end", "")]
    document = flow_json([("or", [CRITICAL, {**CRITICAL, "key": "team"}])], links)
    for node in document["match_v3"]["nodes"][2:4]:
        node["value"]["combineConfig"] |= {"group_by": [], "ai_group_by": ["tag"]}
    with pytest.raises(Inexpressible) as refused:
        convert(read_document(document), "terraform")
    assert {reason.pointer for reason in refused.value.reasons} == {
        "/match_v3/nodes/2/value/combineConfig/ai_group_by",
        "/match_v3/nodes/3/value/combineConfig/ai_group_by",
        "/match_v3/edges/2",
        "/match_v3/nodes/1/value",
    }


@pytest.mark.parametrize(
    ("members", "places"),
    [
        ({"ai_group_by": ["tag"]}, ["/ai_group_by"]),
        ({"ai_group_by": ["tag"], "group_by": []}, ["/ai_group_by", "/group_by"]),
        ({"group_by": None}, ["/group_by"]),
        ({"group_by": ["team", 1]}, ["/group_by/1"]),
    ],
)
def test_what_the_resource_lacks_is_refused(members: Any, places: list[str]) -> None:
    with pytest.raises(Inexpressible) as refused:
        convert(read_document(legacy([CRITICAL], **members)), "terraform")
    assert [reason.pointer for reason in refused.value.reasons] == places


def test_a_rule_with_errors_is_refused_with_its_findings() -> None:
    with pytest.raises(Inexpressible) as refused:
        convert(read_document(legacy([CRITICAL], group_wait=601)), "terraform")
    assert [found.code for found in refused.value.findings] == ["wait-range"]


def test_what_is_left_out_stands_above_the_resource() -> None:
    converted = conversion(read_document(legacy([CRITICAL], [CRITICAL], create_time=1, **{"x\ny": 1})), "terraform")
    assert [note.pointer for note in converted.notes] == ["", "/create_time", "/x\ny"]
    comments = converted.text.split("resource", 1)[0]
    assert all(line.startswith("# ") for line in comments.splitlines())


@given(st.lists(matches(), min_size=1, max_size=3))
def test_lines_are_aligned_and_free_of_trailing_blanks(found: list[Any]) -> None:
    text = convert(read_document(legacy(found)), "terraform")
    assert not re.search(r"[ \t]$", text, re.M)
