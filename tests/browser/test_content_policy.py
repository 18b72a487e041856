"""The content security policy, page by page and panel by panel: nothing breaches it, and nothing needs to."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Product
from tests.browser.steps import NODES, copy_of_sample, csrf, open_canvas, unique

DIST = settings.BASE_DIR / "static" / "dist"
#: Names of XML vocabularies, and the addresses that libraries put into their messages; no page asks for any of them.
NAMES = {
    "http://www.w3.org/1998/Math/MathML",
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/2000/xmlns/",
    "http://www.w3.org/XML/1998/namespace",
    "https://react.dev/errors/",
    "https://reactflow.dev/",
    "https://reactflow.dev?utm_source=attribution",
}
#: A breach is reported to the page alone; said aloud on the console, it is heard by the test.
LISTEN = """addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI, sample}) =>
    console.error("breach", violatedDirective, blockedURI, sample))"""


@pytest.fixture
def page(chromium: Browser, product: Product, session_of: Callable[[str], list[Any]]) -> Iterator[Page]:
    """An admin's page; a breach of the policy and an error of a script fail the test, wherever they happen."""
    context = chromium.new_context(base_url=product.url, locale="en", reduced_motion="reduce")
    context.add_cookies(session_of("admin"))
    context.add_init_script(LISTEN)
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: (
            complaints.append(f"{page.url}: {message.text}")
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    yield page
    context.close()
    assert complaints == []


def second_version(page: Page, rule: str) -> None:
    document = page.request.get(f"/api/rules/{rule}/").json()["document"]
    document["desc"] = "second"
    answer = page.request.put(
        f"/api/rules/{rule}/", data={"document": document}, headers={**csrf(page), "If-Match": '"v1"'}
    )
    assert answer.status == 200, answer.text()


def test_no_page_breaches_the_policy(page: Page) -> None:
    page.goto("/")
    rule = copy_of_sample(page, unique("policy"))
    second_version(page, rule)
    for path in (
        "/",
        "/?search=nothing_like_it",
        f"/rules/{rule}/preview/",
        f"/rules/{rule}/history/",
        "/connections/",
        "/connections/new/",
        "/submissions/",
        "/nowhere/",
        "/admin/auth/user/add/",
    ):
        page.goto(path)
    page.goto(f"/rules/{rule}/diff/?from=1&to=2")
    expect(page.get_by_role("complementary", name="Changes")).to_contain_text("second")
    page.goto("/api/docs/")
    expect(page.get_by_role("link", name="/api/check/").first).to_be_visible()
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.goto("/admin/")
    expect(page.get_by_label("User name")).to_be_visible()


def test_no_panel_of_the_editor_breaches_the_policy(page: Page) -> None:
    page.goto("/")
    open_canvas(page, copy_of_sample(page, unique("policy_panels")))
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    for node in ("flow-1JBeHxLU", "flow-xc0QfFsN"):
        page.get_by_test_id(f"node-{node}").click()
    page.get_by_test_id("node-flow-1JBeHxLU").click(button="right")
    expect(page.get_by_role("menu")).to_be_visible()
    page.keyboard.press("Escape")
    for tab in ("Problems", "Test", "JSON"):
        page.get_by_role("tab", name=re.compile(f"^{tab}")).click()
    expect(page.get_by_test_id("json-panel")).to_be_visible()
    page.get_by_test_id("tidy").click()
    page.get_by_role("button", name="Shortcuts").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+f")
    expect(page.get_by_test_id("finder")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("connection-select")).to_be_visible()


def test_text_cannot_be_made_markup_by_any_script(browser_of: Callable[[str], Page]) -> None:
    page = browser_of("designer")
    page.goto("/connections/")
    refused = page.evaluate(
        """() => {
          try { document.body.insertAdjacentHTML("beforeend", "<i>markup</i>"); return ""; }
          catch (error) { return error.message; }
        }"""
    )
    assert "TrustedHTML" in refused
    expect(page.locator("i", has_text="markup")).to_have_count(0)


def test_no_page_carries_a_script_or_a_style_of_its_own(page: Page) -> None:
    page.goto("/")
    rule = copy_of_sample(page, unique("inline"))
    for path in ("/", f"/rules/{rule}/", f"/rules/{rule}/preview/", f"/rules/{rule}/history/", "/connections/new/"):
        text = page.request.get(path).text()
        inline = re.findall(r"<script(?![^>]*(?:src=|application/json))[^>]*>", text)
        assert inline + re.findall(r"<style|\sstyle=|\son\w+=\"", text) == [], path


def test_the_bundle_names_no_foreign_origin() -> None:
    found = {
        address
        for file in DIST.rglob("*")
        if file.suffix in {".js", ".css", ".json", ".svg"}
        for address in re.findall(r"(?:https?|wss?)://[\w.-]+[^\s\"'`)<,;\\$]*", file.read_text())
    }
    assert found - NAMES == set()
