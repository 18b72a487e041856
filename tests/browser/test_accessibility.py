"""Nothing for axe-core to find, the smallest targets included: every page and every state of the canvas, in both colour
schemes and both languages, on wide and narrow screens.

A row of SCREENS is one browser, in one language; each state it walks through is looked at in both colour schemes.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from django.utils.translation import override
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from api_proxy.sandbox.coc_seeds import ALARM_IDS
from editor import views
from tests.browser.axe import Look
from tests.browser.conftest import Product
from tests.browser.steps import NODES, copy_of_sample, csrf, drop, inject, open_canvas, stored, unique, until

CONDITION_1, CONDITION_2, MERGE_2 = "flow-1JBeHxLU", "flow-_p6cFvLk", "flow-xc0QfFsN"
START, END = "flow-lKSGbvq-", "flow-cFpXzlxZ"
#: The colours a browser begins with, width, height, language.
SCREENS = [("light", 1440, 900, "en"), ("dark", 1024, 700, "zh-CN")]
PHONES = [("light", 320, 640, "en"), ("dark", 320, 640, "zh-CN")]


def named(screen: tuple[str, int, int, str]) -> str:
    return f"{screen[0]}-{screen[1]}-{screen[3][:2]}"


def opened(
    chromium: Browser, product: Product, cookies: list[Any], screen: tuple[str, int, int, str], **more: Any
) -> Iterator[Page]:
    scheme, width, height, language = screen
    options: dict[str, Any] = {
        "color_scheme": scheme,
        "viewport": {"width": width, "height": height},
        "locale": language,
        "reduced_motion": "reduce",
        **more,
    }
    context = chromium.new_context(base_url=product.url, **options)
    log_in_as(context, cookies)
    yield context.new_page()
    context.close()


def log_in_as(context: BrowserContext, cookies: list[Any]) -> None:
    """Take over a session, in the browser's own language."""
    context.clear_cookies()
    context.add_cookies([cookie for cookie in cookies if cookie["name"] != "language"])


@pytest.fixture(params=SCREENS, ids=named)
def screen(
    chromium: Browser, product: Product, session_of: Callable[[str], list[Any]], request: pytest.FixtureRequest
) -> Iterator[Page]:
    yield from opened(chromium, product, session_of("admin"), request.param)


@pytest.fixture(params=PHONES, ids=named)
def phone(
    chromium: Browser, product: Product, session_of: Callable[[str], list[Any]], request: pytest.FixtureRequest
) -> Iterator[Page]:
    yield from opened(chromium, product, session_of("admin"), request.param, has_touch=True, is_mobile=True)


def broken(document: Any) -> None:
    document["match_v3"]["edges"].pop(1)
    document["match_v3"]["nodes"][4]["value"]["combineConfig"]["group_wait"] = 601


def saved_again(page: Page, rule: str, change: Callable[[Any], None] = lambda document: None) -> None:
    """Somebody else saves the rule."""
    answer = page.request.get(f"/api/rules/{rule}/")
    document = answer.json()["document"]
    document["desc"] = "somebody else's"
    change(document)
    headers = {**csrf(page), "If-Match": answer.headers["etag"]}
    assert page.request.put(f"/api/rules/{rule}/", data={"document": document}, headers=headers).status == 200


def show(page: Page, rule: str) -> None:
    """Open the canvas of a rule that has all its cards."""
    open_canvas(page, rule)
    expect(page.get_by_test_id(NODES)).to_have_count(9)


# The pages.


def routes(patterns: list[URLPattern | URLResolver], stem: str = "") -> Iterator[str]:
    """The addresses of the pages, as they are written in the URL table; those of other programs are none."""
    for each in patterns:
        route = stem + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, route)
        elif isinstance(each.pattern, RoutePattern) and not re.match("api/|admin/|healthz|readyz|metrics", route):
            yield route


def filled(route: str, ids: dict[str, str]) -> str:
    """The address with an id in each place; an unknown kind of place must be made known here first."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda place: ids[place[1]], route)


def sent(page: Page, rule: str, connection: str, dry_run: bool) -> None:
    """Submit the first version, so that there is something to list."""
    body = {"connection": connection, "version": 1, "dry_run": dry_run}
    headers = {**csrf(page), "Idempotency-Key": unique("walk")}
    assert page.request.post(f"/api/rules/{rule}/submit/", data=body, headers=headers).ok


def ran(page: Page, connection: str) -> str:
    """Run a script because of an alarm, so that there is something to list; its id on record."""
    body = {
        "connection": connection,
        "task_type": "SCRIPT",
        "associated_task_type": "CUSTOMIZATION",
        "associated_task_id": "SC2025071006154101b779eb7",
        "associated_task_name": "testScript92DDf",
        "input_param": {},
        "reason": "looked at by a test",
    }
    answer = page.request.post(f"/api/alarms/{ALARM_IDS[0]}/handle/", data=body, headers=csrf(page))
    assert answer.ok, answer.text()
    return str(answer.json()["id"])


def prepared(page: Page) -> dict[str, str]:
    """What the pages show: a rule with findings and two versions, submissions, a connection, a run; their ids."""
    page.goto("/")
    rule, fine = copy_of_sample(page, unique("pages"), broken), copy_of_sample(page, unique("fine"))
    saved_again(page, rule)
    connections = page.request.get("/api/connections/").json()["results"]
    connection = str(next(each["id"] for each in connections if each["name"] == "sandbox"))
    for dry_run in (True, False):
        sent(page, fine, connection, dry_run)
    # A page of what lives there looks by itself where nobody has, and comes anew.
    assert page.request.post(f"/api/connections/{connection}/drift/", headers=csrf(page)).ok
    name = page.request.get(f"/api/rules/{fine}/").json()["name"]
    action = ran(page, connection)
    return {"rule_id": rule, "connection_id": connection, "name": name, "action_id": action}


def look_at_pages(page: Page) -> dict[str, list[str]]:
    look = Look(page)
    ids = prepared(page)
    more = ["?search=nothing_is_called_so", "nowhere/", "rules/<rule_id>/diff/?from=1&to=2"]
    for route in [*routes(get_resolver().url_patterns), *more]:
        address = filled(route, ids)
        # What only takes what is sent to it is no page.
        if page.request.get(address).status != 405:
            page.goto(address)
            look.at(route)
    page.goto("/connections/new/")
    page.evaluate("document.querySelector('form.form').noValidate = true")
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".help.error").first).to_be_visible()
    look.at("a connection that is not complete")
    page.goto("/connections/")
    page.locator("form[action$='/test/'] button").first.click()
    expect(page.get_by_role("status").or_(page.get_by_role("alert")).first).to_be_visible()
    look.at("a connection that was tried")
    page.goto("/")
    page.locator("details.who summary").click()
    look.at("account menu")
    page.keyboard.press("Escape")
    page.locator("[data-delete]").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look.at("confirmation")
    page.goto("/connections/new/")
    page.evaluate("document.querySelector('form.form [name=csrfmiddlewaretoken]').remove()")
    page.evaluate("document.querySelector('form.form').submit()")
    expect(page.locator(".refused")).to_contain_text("403")
    look.at("a form that is none of ours")
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    look.at("login")
    page.locator("[name=username]").fill("nobody")
    page.locator("[name=password]").fill("wrong")
    page.locator("main button.primary").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look.at("login refused")
    return look.found


def test_the_pages_have_no_violations(screen: Page) -> None:
    assert look_at_pages(screen) == {}


def test_the_pages_have_no_violations_on_a_phone(phone: Page) -> None:
    assert look_at_pages(phone) == {}


def answered(answer: Callable[[HttpRequest], HttpResponse], language: str) -> Callable[[Route], None]:
    """A page that no request brings about at will, as the product draws it."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with override("zh-hans" if language == "zh-CN" else "en"):
        drawn = answer(request)
    return lambda route: route.fulfill(status=drawn.status_code, body=drawn.content, content_type="text/html")


def in_an_outage(request: HttpRequest) -> HttpResponse:
    try:
        raise OperationalError("database is locked")
    except OperationalError:
        return views.server_error(request)


def test_the_pages_of_errors_have_no_violations(screen: Page) -> None:
    look = Look(screen)
    language = screen.evaluate("navigator.language")
    for what in (views.bad_request, views.forbidden, views.server_error, in_an_outage):
        screen.route(f"**/{what.__name__}/", answered(what, language))
        screen.goto(f"/{what.__name__}/")
        expect(screen.locator("h1").first).to_be_visible()
        look.at(what.__name__)
    assert look.found == {}


# The canvas.


def panel(page: Page, name: str) -> None:
    tab = page.locator(f"#tab-{name}")
    if tab.get_attribute("aria-selected") != "true":
        tab.click()
    expect(page.locator(f"#panel-{name}")).to_be_visible()


def test_the_canvas_has_no_violations(screen: Page) -> None:
    page = screen
    look = Look(page)
    page.goto("/")
    show(page, copy_of_sample(page, unique("canvas"), broken))
    look.at("nothing selected")
    for what, place in {"condition": CONDITION_1, "merge": MERGE_2, "start": START, "end": END}.items():
        page.get_by_test_id(f"node-{place}").click()
        look.at(what)
    page.keyboard.press("Control+a")
    look.at("several")
    page.get_by_test_id("edge-edge-SPhMFJXM").click(force=True)
    expect(page.get_by_test_id("inspector")).to_contain_text("edge-SPhMFJXM")
    look.at("edge")
    page.get_by_test_id("edge-edge-SPhMFJXM").hover(force=True)
    look.at("tools of an edge")
    row = page.get_by_test_id(f"outline-{CONDITION_1}")
    if row.is_visible():
        row.click()
        look.at("row of the outline")
    page.get_by_test_id(f"node-{CONDITION_2}").click()
    page.keyboard.press("Delete")
    expect(page.get_by_test_id("notice-action")).to_be_visible()
    look.at("notice with a way on")
    assert look.found == {}


def test_the_panels_below_the_canvas_have_no_violations(screen: Page) -> None:
    page = screen
    look = Look(page)
    page.goto("/")
    show(page, copy_of_sample(page, unique("panels"), broken))
    panel(page, "problems")
    page.get_by_test_id("problem-1").click()
    look.at("problems")
    panel(page, "test")
    expect(page.get_by_test_id("test-verdict")).to_be_visible()
    look.at("test")
    page.get_by_test_id("case-keep").click()
    look.at("case that is named")
    page.get_by_test_id("case-save").click()
    expect(page.get_by_test_id("test-case")).to_have_count(1)
    page.get_by_test_id("test-dock").click()
    look.at("test at the side, with a case")
    page.get_by_test_id("alarm-as-json").click()
    page.get_by_test_id("test-panel").locator("textarea").fill("{")
    expect(page.get_by_test_id("alarm-faults")).to_be_visible()
    look.at("alarm that is none")
    page.get_by_test_id("test-dock").click()
    panel(page, "json")
    text = page.get_by_test_id("json-panel").locator("textarea, [contenteditable]").first
    expect(text).to_be_visible()
    look.at("json")
    text.fill("{")
    look.at("json that is none")
    page.get_by_test_id("palette-combine").click()
    expect(page.get_by_test_id("json-crossed")).to_be_visible()
    look.at("json and rule changed")
    page.context.set_offline(True)
    page.evaluate("dispatchEvent(new Event('offline'))")
    expect(page.get_by_test_id("banner-offline")).to_be_visible()
    look.at("offline")
    assert look.found == {}


def test_what_opens_over_the_canvas_has_no_violations(screen: Page) -> None:
    page = screen
    look = Look(page)
    page.goto("/")
    show(page, copy_of_sample(page, unique("over")))
    card = page.get_by_test_id(f"node-{CONDITION_1}")
    card.click(button="right")
    expect(page.get_by_role("menu")).to_be_visible()
    look.at("menu of a card")
    page.keyboard.press("Escape")
    page.get_by_test_id(f"handle-{CONDITION_1}-true").press("Enter")
    look.at("connecting")
    page.get_by_test_id(f"handle-{CONDITION_1}-true").press("Enter")
    look.at("what may follow")
    page.keyboard.press("Escape")
    page.get_by_test_id("inspector").locator("input[role=combobox]").first.click()
    expect(page.get_by_role("listbox")).to_be_visible()
    look.at("suggestions")
    page.keyboard.press("Escape")
    card.focus()
    page.keyboard.press("Control+f")
    page.get_by_test_id("finder").get_by_role("combobox").fill("critical")
    expect(page.get_by_role("option").first).to_be_visible()
    look.at("search")
    page.keyboard.press("Escape")
    for key, dialog in {"?": "shortcuts", "Control+k": "commands"}.items():
        card.focus()
        page.keyboard.press(key)
        expect(page.get_by_test_id(dialog)).to_be_visible()
        look.at(dialog)
        page.keyboard.press("Escape")
    page.get_by_test_id("export-more").click()
    look.at("more to export")
    page.keyboard.press("Escape")
    card.focus()
    page.keyboard.press("m")
    page.keyboard.press("Control+Shift+S")
    expect(page.get_by_test_id("save-message-text")).to_be_visible()
    look.at("save with a message")
    assert look.found == {}


def test_submitting_has_no_violations(screen: Page, product: Product) -> None:
    page = screen
    look = Look(page)
    page.goto("/")
    show(page, copy_of_sample(page, unique("sending")))
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("submit-preview")).to_have_attribute("data-comparison", "absent")
    for summary in page.get_by_test_id("submit-dialog").locator("summary").all():
        summary.click()
    look.at("before")
    held: list[Route] = []
    page.route("**/submit/", lambda route: held.append(route))
    page.get_by_test_id("submit-confirm").click()
    expect(page.get_by_test_id("submit-progress")).to_be_visible()
    look.at("under way")
    inject(product, {"match": {"method": "POST", "path": "/v2/"}, "status": 503, "times": 2})
    held[0].continue_()
    page.unroute("**/submit/")
    expect(page.get_by_test_id("submit-outcome")).to_have_attribute("data-state", "needs_human")
    look.at("a person must look")
    page.get_by_test_id("look-again").click()
    expect(page.get_by_test_id("submit-outcome")).to_have_attribute("data-state", "rejected")
    look.at("rejected")
    page.keyboard.press("Escape")
    page.get_by_test_id("submit").click()
    page.get_by_test_id("submit-confirm").click()
    expect(page.get_by_test_id("submit-outcome")).to_have_attribute("data-state", "succeeded")
    look.at("succeeded")
    assert look.found == {}


def waits_half_a_minute(document: Any) -> None:
    document["match_v3"]["nodes"][4]["value"]["combineConfig"]["group_wait"] = 30


def test_what_others_did_has_no_violations(screen: Page) -> None:
    page = screen
    look = Look(page)
    page.goto("/")
    rule = copy_of_sample(page, unique("others"))
    show(page, rule)
    saved_again(page, rule, waits_half_a_minute)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.get_by_test_id("banner-newer")).to_be_visible()
    look.at("banner")
    page.get_by_test_id("see-changes").click()
    expect(page.get_by_test_id("news")).to_be_visible()
    look.at("news")
    page.keyboard.press("Escape")
    page.get_by_test_id(f"node-{CONDITION_1}").focus()
    page.keyboard.press("m")
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("conflict")).to_be_visible()
    look.at("conflict")
    page.get_by_test_id("conflict-keep").click()
    expect(page.get_by_test_id("conflict")).to_have_count(0)
    page.keyboard.press("m")
    until(page, "Object.keys(localStorage).some(key => key.startsWith('groupflow.draft.'))")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_test_id("draft-offer")).to_be_visible()
    look.at("draft that was kept")
    page.get_by_test_id("draft-compare").click()
    expect(page.get_by_test_id("draft-changes")).to_be_visible()
    look.at("draft and rule")
    page.keyboard.press("Escape")
    page.get_by_test_id("draft-restore").click()
    drop(page, "{", "half.json")
    expect(page.get_by_test_id("notice")).to_be_visible()
    look.at("notice of an error")
    page.context.clear_cookies()
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("banner-session")).to_be_visible()
    look.at("session that ended")
    assert look.found == {}


def test_what_cannot_be_drawn_or_changed_has_no_violations(
    session_of: Callable[[str], list[Any]], screen: Page
) -> None:
    page = screen
    look = Look(page)
    page.goto("/")
    no_flow = stored(page, {"name": unique("legacy"), "detail": []})
    rule = copy_of_sample(page, unique("read_only"))
    open_canvas(page, no_flow)
    look.at("no flow")
    page.route(re.compile(r"/assets/TestPanel-.*\.js"), lambda route: route.abort())
    page.goto("/rules/new/")
    expect(page.get_by_test_id(NODES).first).to_be_visible()
    look.at("new rule")
    page.get_by_test_id("test").click()
    expect(page.get_by_test_id("load-failed")).to_be_visible()
    look.at("part that did not come")
    log_in_as(page.context, session_of("reviewer"))
    show(page, rule)
    page.get_by_test_id(f"node-{MERGE_2}").click()
    look.at("read only")
    page.get_by_test_id(f"node-{CONDITION_1}").click()
    look.at("condition, read only")
    assert look.found == {}


def test_the_editor_has_no_violations_on_a_phone(phone: Page) -> None:
    page = phone
    look = Look(page)
    page.goto("/")
    open_canvas(page, copy_of_sample(page, unique("phone"), broken))
    look.at("outline")
    page.get_by_test_id("more").click()
    look.at("bar")
    page.get_by_test_id("more").click()
    for card in (CONDITION_1, MERGE_2):
        page.get_by_test_id("view-outline").click()
        page.locator(f'.outline [data-id="{card}"]').click()
        expect(page.get_by_test_id("inspector")).to_be_visible()
        look.at(card)
    page.get_by_test_id("view-panels").click()
    for name in ("problems", "test", "json"):
        panel(page, name)
        look.at(name)
    page.get_by_test_id("view-canvas").click()
    look.at("canvas")
    page.get_by_test_id(f"node-{CONDITION_1}").click(button="right")
    expect(page.get_by_role("menu")).to_be_visible()
    look.at("menu")
    page.keyboard.press("Escape")
    for key, dialog in {"?": "shortcuts", "Control+k": "commands"}.items():
        page.keyboard.press(key)
        expect(page.get_by_test_id(dialog)).to_be_visible()
        look.at(dialog)
        page.keyboard.press("Escape")
    assert look.found == {}
