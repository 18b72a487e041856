"""Whatever stands in a rule, or comes from the cloud, is text: it is shown as it is and never runs."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, Request, expect

from tests.browser.conftest import Product
from tests.browser.steps import NODES, copy_of_sample, csrf, inject, json_text, open_canvas, problems, stored, unique

PAYLOADS = [
    "<script>window.__pwned=1</script>",
    "<img src=x onerror=window.__pwned=1>",
    "<svg onload=window.__pwned=1>",
    '"><script>window.__pwned=1</script>',
    "' autofocus onfocus=window.__pwned=1 x='",
    '" onmouseover=window.__pwned=1 x="',
    "javascript:window.__pwned=1",
    "</script><script>window.__pwned=1</script>",
    "</textarea><img src=x onerror=window.__pwned=1>",
    "</title><script>window.__pwned=1</script>",
    "{{constructor.constructor('window.__pwned=1')()}}",
    "${window.__pwned=1}",
    "<iframe srcdoc='<script>parent.__pwned=1</script>'></iframe>",
    "<style>@import'//evil.test/x'</style>",
    "<a href=javascript:window.__pwned=1>press</a>",
    "]]><!--<script>window.__pwned=1</script>-->",
    "&lt;script&gt;window.__pwned=1&lt;/script&gt;",
]
START, CONDITION, MERGE, END = "flow-start000", "flow-cond0001", "flow-merg0001", "flow-end00000"
WATCH = """
window.__breaches = [];
const note = event => window.__breaches.push(`${event.violatedDirective} ${event.blockedURI}`);
document.addEventListener("securitypolicyviolation", note);
"""


@pytest.fixture
def watched(sign_in: Callable[[str], Page]) -> Iterator[Page]:
    """A page of the admin on which a dialog, or a request to a foreign place, is noted as a breach."""
    page = sign_in("admin")
    breaches: list[str] = []

    def note_dialog(dialog: Dialog) -> None:
        breaches.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def note_request(request: Request) -> None:
        if "evil.test" in request.url:
            breaches.append(request.url)

    page.on("dialog", note_dialog)
    page.on("request", note_request)
    page.add_init_script(WATCH)
    yield page
    assert breaches == []


def nothing_ran(page: Page) -> None:
    assert page.evaluate("[window.__pwned ?? null, window.__breaches]") == [None, []]


def shows(page: Page, texts: list[str]) -> None:
    """Each text can be read on the page, or in one of its fields, and nothing ran."""
    for text in texts:
        expect(page.get_by_text(text).or_(page.get_by_title(text, exact=True)).first).to_be_attached()
    nothing_ran(page)


def leaf(number: int, key: str, operate: str, value: str) -> dict[str, Any]:
    match = {"key": key, "operate": operate, "value": [value]}
    return {"id": f"GroupCondition-leaf{number:04}", "type": "text", "match": match}


def hostile(name: str) -> dict[str, Any]:
    """A rule that has every payload as tag name, tag value, pattern and notification rule, and all of them in desc."""
    leaves = [leaf(n, text, "REGEX" if n % 2 else "EQUALS", text) for n, text in enumerate(PAYLOADS)]
    tree = {"id": "GroupCondition-tree0001", "type": "bool", "value": "and", "nodes": leaves}
    waits = {"group_wait": 15, "group_interval": 60, "group_repeat_waiting": 3600}
    config = {"group_by": ["resource_provider"], **waits, "bind_notification_rule_ids": PAYLOADS}
    nodes = [
        {"id": START, "type": "Start"},
        {"id": CONDITION, "type": "Card", "businessType": "GroupCondition", "value": tree},
        {
            "id": MERGE,
            "type": "Card",
            "businessType": "CombineConf",
            "value": {"id": "CombineConf-merg0001", "combineConfig": config},
        },
        {"id": END, "type": "End"},
        {"id": "flow-unknown1", "type": "Card", "businessType": PAYLOADS[1], PAYLOADS[0]: PAYLOADS[2]},
    ]
    edges = [
        {"id": "edge-start000", "source": START, "target": CONDITION},
        {"id": "edge-true0000", "source": CONDITION, "target": MERGE, "value": "true"},
    ]
    return {"name": name, "desc": " ".join(PAYLOADS), "match_v3": {"nodes": nodes, "edges": edges}}


def test_on_the_canvas_and_in_its_panels(watched: Page) -> None:
    page = watched
    name = PAYLOADS[0] + unique("")
    open_canvas(page, stored(page, hostile(name)))
    expect(page.get_by_test_id(NODES)).to_have_count(5)
    inspector = page.get_by_test_id("inspector")
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_test_id("rule-name")).to_have_value(name)
    expect(page.get_by_label("Description")).to_have_value(" ".join(PAYLOADS))
    shows(page, PAYLOADS[:1])

    page.get_by_test_id(f"node-{CONDITION}").click()
    keys = inspector.get_by_role("combobox", name="Key of the condition")
    expect(keys).to_have_count(len(PAYLOADS))
    assert [key.input_value() for key in keys.all()] == PAYLOADS
    expect(inspector.locator(".chips .v")).to_have_text(PAYLOADS)
    page.get_by_test_id(f"node-{MERGE}").click()
    expect(inspector.locator(".chips .v")).to_have_text(PAYLOADS)
    page.get_by_test_id("node-flow-unknown1").click()
    expect(inspector).to_contain_text(PAYLOADS[0])
    nothing_ran(page)

    expect(problems(page)).to_contain_text(PAYLOADS[1])
    assert json.loads(json_text(page)) == hostile(name)
    nothing_ran(page)


def test_on_the_canvas_while_it_is_typed(watched: Page) -> None:
    page = watched
    open_canvas(page, copy_of_sample(page, unique("typing")))
    page.get_by_test_id("rule-name").fill(PAYLOADS[1])
    page.get_by_label("Description").fill(PAYLOADS[8])
    page.get_by_test_id("node-flow-y7b5HNsE").click()
    names = page.get_by_test_id("inspector").get_by_role("combobox", name="Notification rules")
    names.fill(PAYLOADS[2])
    names.press("Enter")
    expect(page.get_by_test_id("node-flow-y7b5HNsE")).to_contain_text(PAYLOADS[2])
    expect(page.get_by_test_id("status")).to_contain_text("error")
    nothing_ran(page)


def test_on_the_pages_of_rules(watched: Page) -> None:
    page = watched
    ending = unique("")
    names = [text + ending for text in PAYLOADS]
    rules = [stored(page, hostile(name)) for name in names]
    for rule, text in zip(rules, names, strict=True):
        page.goto(f"/rules/{rule}/preview/")
        expect(page.get_by_role("heading", level=1)).to_have_text(text)
        nothing_ran(page)
    shows(page, PAYLOADS)
    page.goto(f"/rules/{rules[0]}/history/")
    shows(page, names[:1])
    page.goto("/")
    shows(page, names)
    page.get_by_role("button", name=f"Archive {names[1]}").click()
    expect(page.get_by_role("dialog")).to_contain_text(names[1])
    nothing_ran(page)
    page.goto(f"/admin/editor/rule/?q={ending}")
    shows(page, names)
    page.goto(f"/admin/editor/rule/{rules[0]}/change/")
    shows(page, names[:1])


def test_a_note_of_a_version_is_text_in_the_history(watched: Page) -> None:
    page = watched
    message = " ".join(PAYLOADS[:9])
    body = {"document": hostile(unique("noted")), "message": message}
    answer = page.request.post("/api/rules/", data=body, headers=csrf(page))
    assert answer.status == 201, answer.text()
    page.goto(f"/rules/{answer.json()['id']}/history/")
    shows(page, [message])


def test_what_the_cloud_answers(watched: Page, product: Product) -> None:
    page = watched
    rule = copy_of_sample(page, unique("answered"))
    (connection,) = page.request.get("/api/connections/").json()["results"]
    for text in PAYLOADS[1:]:
        refuse(product, text)
        sent = {"connection": connection["id"], "version": 1}
        answer = page.request.post(f"/api/rules/{rule}/submit/", data=sent, headers=csrf(page))
        assert answer.json()["error_msg"] == text, answer.text()
    refuse(product, PAYLOADS[0])
    open_canvas(page, rule)
    page.get_by_test_id("submit").click()
    page.get_by_test_id("submit-confirm").click()
    expect(page.get_by_test_id("submit-outcome")).to_contain_text(PAYLOADS[0])
    nothing_ran(page)
    page.goto("/submissions/")
    shows(page, PAYLOADS)
    page.goto("/admin/api_proxy/submission/")
    page.get_by_role("row", name=re.compile("rejected", re.I)).first.get_by_role("link").first.click()
    shows(page, PAYLOADS[:1])


def refuse(product: Product, text: str) -> None:
    body = {"error_code": "AOM.04007107", "error_msg": text, "error_type": "BAD_REQUEST", "trace_id": "trace-0001"}
    inject(product, {"match": {"method": "POST", "path": "/v2/"}, "status": 400, "body": body})
