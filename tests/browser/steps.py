"""What a designer does again and again in the browser; the tests are made of these steps."""

import json
import re
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import until as until
from tests.browser.conftest import Product
from tests.conftest import DOCUMENTS

SAMPLE = json.loads((DOCUMENTS / "good" / "published-sample.json").read_text())
LAST_MERGE = "flow-AlJfG3vo"
NODES = re.compile("^node-")
EDGES = re.compile("^edge-edge-")


def open_rule(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_test_id("canvas")).to_be_visible()
    expect(page.get_by_test_id(NODES).first).to_be_visible()


def unique(stem: str) -> str:
    """A name no other rule has."""
    return f"{stem}_{uuid.uuid4().hex[:8]}"


def csrf(page: Page) -> dict[str, str]:
    return {"X-CSRFToken": next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")}


def stored(page: Page, document: Any) -> str:
    """Store a document as a new rule, by the API and the session of the page; its id."""
    answer = page.request.post("/api/rules/", data={"document": document}, headers=csrf(page))
    assert answer.status == 201, answer.text()
    return str(answer.json()["id"])


def copy_of_sample(page: Page, name: str, change: Callable[[Any], None] = lambda document: None) -> str:
    """Store the sample, changed, under another name; its id."""
    document = {**json.loads(json.dumps(SAMPLE)), "name": name}
    change(document)
    return stored(page, document)


def open_canvas(page: Page, rule_id: str) -> None:
    page.goto(f"/rules/{rule_id}/")
    expect(page.get_by_test_id("canvas")).to_be_visible()


def document_of(page: Page, rule_id: str) -> Any:
    return page.request.get(f"/api/rules/{rule_id}/").json()["document"]


def choose(page: Page, node_id: str) -> None:
    """Choose a card in the outline: on the canvas a panel may cover it."""
    page.get_by_test_id(f"outline-{node_id}").click()


def problems(page: Page) -> Locator:
    """The problems panel, opened from the status bar where it is closed."""
    panel = page.get_by_test_id("problems")
    if not panel.is_visible():
        page.get_by_role("tab", name=re.compile("^Problems")).click()
    return panel


def json_panel(page: Page) -> Locator:
    """The text in the JSON panel, opened where it is closed."""
    tab = page.get_by_role("tab", name="JSON")
    if tab.get_attribute("aria-selected") != "true":
        tab.click()
    return page.get_by_role("textbox", name="Rule document as JSON")


def json_text(page: Page) -> str:
    """The whole text in the JSON panel, as a copy of all of it has it: lines out of sight are not in the page."""
    text = json_panel(page)
    text.press("ControlOrMeta+a")
    copied: str = text.evaluate(
        """text => { const clipboardData = new DataTransfer();
        text.dispatchEvent(new ClipboardEvent("copy", {clipboardData, bubbles: true, cancelable: true}));
        return clipboardData.getData("text/plain"); }"""
    )
    return copied


def type_json(page: Page, text: str) -> None:
    """Put a text in the place of the one in the JSON panel, as a user does who chooses all of it and pastes."""
    json_panel(page).press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def insert_before_last_merge(page: Page) -> str:
    """Put a condition on the false branch that leads to the last merge card; the id of the new card."""
    before = set(ids(page))
    page.get_by_test_id("edge-edge-SPhMFJXM").hover(force=True)
    page.get_by_test_id("insert-edge-SPhMFJXM").click()
    expect(page.get_by_test_id(NODES)).to_have_count(10)
    (new,) = set(ids(page)) - before
    return new


def ids(page: Page) -> list[str]:
    found: list[str] = page.get_by_test_id(NODES).evaluate_all("els => els.map(e => e.dataset.testid.slice(5))")
    return found


def centre(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, source: Locator, target: Locator, release: bool = True) -> None:
    page.mouse.move(*centre(source))
    page.mouse.down()
    x, y = centre(target)
    page.mouse.move(x, y - 5, steps=8)
    page.mouse.move(x, y, steps=4)
    if release:
        page.mouse.up()


def drop(page: Page, text: str, name: str, where: str = "canvas") -> None:
    transfer = page.evaluate_handle(
        """([text, name]) => { const data = new DataTransfer();
        data.items.add(new File([text], name, {type: "application/json"})); return data; }""",
        [text, name],
    )
    for event in ("dragenter", "dragover", "drop"):
        page.get_by_test_id(where).dispatch_event(event, {"dataTransfer": transfer})


def inject(product: Product, *faults: dict[str, Any]) -> None:
    """Tell the sandbox what to do to the next requests instead of, or on top of, its normal answer."""
    body = json.dumps({"faults": faults}).encode()
    headers = {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(f"{product.cloud}/_sandbox/faults", body, headers)).close()


def shape(document: Any) -> set[tuple[str, str | None, str]]:
    """The edges by what they join."""
    kinds = {node["id"]: node.get("businessType", node["type"]) for node in document["match_v3"]["nodes"]}
    edges = document["match_v3"]["edges"]
    return {(kinds[edge["source"]], edge.get("value"), kinds[edge["target"]]) for edge in edges}
