"""The whole product in Chinese: nothing left in English, nothing cut, nothing for axe-core to find; and the switch."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from api_proxy.endpoints import CLOUD_REGIONS
from tests.browser.axe import violations
from tests.browser.conftest import PASSWORD, Product
from tests.browser.steps import NODES, SAMPLE, copy_of_sample, csrf, open_canvas, unique
from tests.browser.test_accessibility import broken

#: Proper words, which every language writes alike: products, forms, keys, and what the service itself calls things.
PROPER = """
    Groupflow React Flow attribution AOM COC eu-west-101 IAM API JSON SVG HTTP UTC ID RE2 MB JavaScript English
    Ctrl Shift Alt Esc Enter Home End Insert Del F1 F8 F10 Tab Space
    Critical Major Minor Info sandbox detail desc match_v3 D1 D3 D7 D9 D13
    ListEvents PushEvents Alertmanager webhook groupflow test
"""
WORD = re.compile(r"[A-Za-z][\w.@-]*[A-Za-z0-9]")
SCREENS = [(1440, 900), (1024, 700)]

#: Everything a reader meets: visible texts, what is read out in their place, and hints in empty fields.
TEXTS = """() => {
  const seen = (element) => element.checkVisibility({visibilityProperty: true});
  const texts = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    if (!parent.closest("script, noscript, textarea, pre, code, option, .mono, .avatar") && seen(parent))
      texts.push(walk.currentNode.data);
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt], option"))
    if (seen(element) || element.matches("option"))
      for (const name of ["aria-label", "title", "placeholder", "alt", "aria-roledescription", "label"])
        texts.push(element.getAttribute(name) ?? "");
  for (const option of document.querySelectorAll("option")) texts.push(option.text);
  return texts.map((text) => text.trim()).filter((text) => text !== "");
}"""

#: What does not fit: text that its box hides, pages that scroll sideways, and short words broken over several lines.
CUT = """() => {
  const cut = document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [];
  const own = (element) => [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim() !== "");
  for (const element of document.querySelectorAll("body *")) {
    const texts = own(element);
    // Names of rules are as long as people make them; a list shows their beginning.
    const isName = element.closest("a.rule") !== null;
    if (texts.length === 0 || isName || element.closest(".hide, .skip, svg, .clip")) continue;
    if (!element.checkVisibility()) continue;
    if (element.closest(".wide-only, .label") && getComputedStyle(element).clipPath !== "none") continue;
    const style = getComputedStyle(element);
    const hides = style.overflowX !== "visible" && style.overflowX !== "auto";
    const what = `${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 40)}`;
    if (hides && element.scrollWidth > element.clientWidth + 1) cut.push(what);
    for (const text of texts) {
      const range = document.createRange();
      range.selectNodeContents(text);
      const lines = new Set([...range.getClientRects()].map(({top}) => Math.round(top))).size;
      if (lines > 1 && element.textContent.trim().length <= 6) cut.push(`${lines} lines: ${what}`);
    }
  }
  return cut;
}"""


@pytest.fixture
def chinese(chromium: Browser, product: Product) -> Iterator[Callable[..., BrowserContext]]:
    opened: list[BrowserContext] = []

    def context(width: int = 1440, height: int = 900) -> BrowserContext:
        size: ViewportSize = {"width": width, "height": height}
        opened.append(
            chromium.new_context(
                base_url=product.url, locale="zh-CN", viewport=size, reduced_motion="reduce", color_scheme="light"
            )
        )
        return opened[-1]

    yield context
    for each in opened:
        each.close()


@pytest.fixture(params=SCREENS, ids=lambda size: str(size[0]))
def reader(
    chinese: Callable[..., BrowserContext], session_of: Callable[[str], list[Any]], request: pytest.FixtureRequest
) -> Page:
    """A page where an admin has logged in whose browser asks for Chinese."""
    context = chinese(*request.param)
    context.add_cookies([cookie for cookie in session_of("admin") if cookie["name"] != "language"])
    return context.new_page()


def everything(page: Page, what: str) -> list[dict[str, Any]]:
    """All rows of a list of the API, however many pages of it there are."""
    rows: list[dict[str, Any]] = []
    while True:
        answer = page.request.get(f"/api/{what}/?limit=200&offset={len(rows)}").json()
        rows += answer["results"]
        if not answer["results"] or len(rows) >= answer["count"]:
            return rows


class Look:
    """What was seen on the way through the product, and everything that was wrong with it."""

    def __init__(self, page: Page, *known: object) -> None:
        self.page = page
        listed = [everything(page, what) for what in ("rules", "connections")]
        sent = everything(page, "submissions")
        # What the cloud said, and names that people gave: of connections too that are gone.
        given = ("error_code", "error_msg", "error_type", "rule_name", "connection_name")
        record = [[each[what] for what in given] for each in sent]
        texts = json.dumps([SAMPLE, listed, record, *known], ensure_ascii=False)
        self.known = {*PROPER.split(), *CLOUD_REGIONS, *WORD.findall(texts)}
        self.wrong: dict[str, list[str]] = {}

    def at(self, what: str) -> None:
        page = self.page
        page.screenshot(path=f"var/pictures/chinese-{page.viewport_size['width']}-{what}.png")  # type: ignore[index]
        found = [f"English: {text}" for text in page.evaluate(TEXTS) if self._is_english(text)]
        found += [f"cut: {each}" for each in page.evaluate(CUT)]
        found += violations(page)
        if found:
            self.wrong[what] = sorted(set(found))

    def _is_english(self, text: str) -> bool:
        return any(word not in self.known and not _is_id(word) for word in WORD.findall(text))


def _is_id(word: str) -> bool:
    return bool(re.fullmatch(r"(flow|edge|GroupCondition|CombineConf)-\S{8}|v\d+|D\d+|[0-9a-f-]{4,64}|[a-z]{2}", word))


def test_the_pages_speak_chinese(reader: Page) -> None:
    page = reader
    name = unique("zh_pages")
    page.goto("/")
    rule = copy_of_sample(page, name, broken)
    look = Look(page, name, "admin", "designer", "reviewer", "demo")
    for what, path in {
        "rules": "/",
        "preview": f"/rules/{rule}/preview/",
        "history": f"/rules/{rule}/history/",
        "connections": "/connections/",
        "connection": "/connections/new/",
        "submissions": "/submissions/",
        "nothing": "/nowhere/",
    }.items():
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
        look.at(what)
    page.goto("/")
    page.locator("details.who summary").click()
    look.at("menu")
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    look.at("login")
    page.get_by_label("用户名").fill("nobody")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look.at("refused")
    assert look.wrong == {}


def test_the_canvas_speaks_chinese(reader: Page) -> None:
    page = reader
    name = unique("zh_canvas")
    page.goto("/")
    rule = copy_of_sample(page, name, broken)
    look = Look(page, name, "admin", "demo")
    open_canvas(page, rule)
    expect(page.get_by_test_id(NODES)).to_have_count(9)
    look.at("canvas")
    for what, place in {"condition": "node-flow-1JBeHxLU", "merge": "node-flow-xc0QfFsN"}.items():
        page.get_by_test_id(place).click()
        look.at(what)
    page.get_by_test_id("edge-edge-SPhMFJXM").click(force=True)
    look.at("edge")
    for what, tab in {"problems": "问题", "test": "测试", "json": "JSON"}.items():
        page.get_by_role("tab", name=re.compile(f"^{tab}")).click()
        look.at(what)
    page.get_by_role("button", name="快捷键").click()
    look.at("shortcuts")
    page.keyboard.press("Escape")
    page.get_by_test_id("submit").focus()
    look.at("not-submitted")
    assert look.wrong == {}


def test_the_comparison_of_versions_speaks_chinese(reader: Page) -> None:
    page = reader
    name = unique("zh_compare")
    page.goto("/")
    rule = copy_of_sample(page, name)
    document = {**SAMPLE, "name": name, "desc": "二"}
    broken(document := json.loads(json.dumps(document)))
    saved = page.request.put(
        f"/api/rules/{rule}/", data={"document": document}, headers={**csrf(page), "If-Match": '"v1"'}
    )
    assert saved.status == 200
    look = Look(page, name, "admin")
    page.goto(f"/rules/{rule}/history/")
    look.at("versions")
    page.goto(f"/rules/{rule}/diff/?from=1&to=2")
    expect(page.locator("body")).to_contain_text("变化")
    look.at("compare")
    assert look.wrong == {}


def test_what_the_cloud_answers_is_told_in_chinese(reader: Page) -> None:
    page = reader
    name = unique("zh_submit")
    page.goto("/")
    look = Look(page, name, "admin", "demo", "Demo")
    open_canvas(page, copy_of_sample(page, name))
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("connection-select")).to_be_visible()
    look.at("submit")
    page.get_by_test_id("submit-confirm").click()
    expect(page.get_by_test_id("submit-outcome")).to_contain_text("云端原本没有这个名称的规则；现已创建。")
    look.at("outcome")
    assert look.wrong == {}


def test_the_login_page_and_the_account_menu_switch_the_language(chinese: Callable[..., BrowserContext]) -> None:
    page = chinese().new_page()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="English").click()
    page.get_by_label("User name").fill("designer")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Rules", exact=True)).to_be_visible()
    page.locator("details.who summary").click()
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", name="规则", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="规则", exact=True)).to_be_visible()


def test_the_canvas_switches_the_language_and_keeps_what_was_drawn(designer: Page) -> None:
    page = designer
    page.goto("/")
    open_canvas(page, copy_of_sample(page, unique("zh_switch")))
    page.get_by_test_id("node-flow-1JBeHxLU").click()
    page.keyboard.press("m")
    expect(page.get_by_test_id(NODES)).to_have_count(10)
    page.get_by_test_id("language").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.get_by_test_id("draft-restore").click()
    expect(page.get_by_test_id(NODES)).to_have_count(10)
    expect(page.get_by_test_id("status")).to_contain_text("有未保存的更改")
