"""T2 in a browser: of the secrets that an admin enters nothing comes back, nor stays where a browser keeps things."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from api_proxy.sandbox import ACCESS_KEY, PROJECT_ID, SECRET_KEY
from api_proxy.sandbox.coc_seeds import ALARM_IDS
from config.redaction import spellings
from tests.api_proxy.alarm_steps import task
from tests.browser.conftest import Product
from tests.browser.steps import copy_of_sample, csrf, unique

WRONG_PASSWORD, WRONG_TOKEN = "canary-browser-password-4f0c", "canary-browser-token-" + "b7" * 12
CANARIES = (SECRET_KEY, WRONG_PASSWORD, WRONG_TOKEN)
PLACE = {"region": "sandbox", "project_id": PROJECT_ID}
KEYS = {"kind": "keys", "coc_region": "sandbox", "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
OTHERS: list[dict[str, Any]] = [
    {"iam_domain": "demo", "iam_user": "demo", "password": WRONG_PASSWORD},
    {"kind": "token", "token": WRONG_TOKEN, "ends": "2999-01-01T00:00:00Z"},
]
ASK = """([path, body, headers]) => fetch(path, body === null ? {} : {
  method: "POST", headers: {...headers, "Content-Type": "application/json"}, body: JSON.stringify(body)
}).then(async (answer) => [answer.status, await answer.json()])"""


class Traffic:
    """Everything that went between a browser and the server: addresses, headers and bodies, both ways."""

    def __init__(self, context: BrowserContext) -> None:
        self.requests: list[str] = []
        self.answers: list[str] = []
        context.route("**/*", self._note)

    def _note(self, route: Route) -> None:
        request = route.request
        self.requests.append(f"{request.method} {request.url} {request.all_headers()} {request.post_data or ''}")
        answer = route.fetch(max_redirects=0)
        self.answers.append(f"{answer.url} {answer.headers_array} {answer.body().decode(errors='replace')}")
        route.fulfill(response=answer)

    def holding(self, canary: str) -> tuple[int, int]:
        """In how many requests and in how many answers it stands, however it is spelt."""
        ways = spellings(canary)
        found = [sum(any(way in text for way in ways) for text in texts) for texts in (self.requests, self.answers)]
        return found[0], found[1]


@pytest.fixture
def ask(page: Page) -> Callable[..., Any]:
    """Asks the API from within the page, as the pages do."""

    def ask(path: str, body: object = None, status: int = 200, **headers: str) -> Any:
        told, answer = page.evaluate(ASK, [path, body, {**csrf(page), **headers}])
        assert told == status, answer
        return answer

    return ask


@pytest.fixture(autouse=True)
def tidied(chromium: Browser, product: Product, session_of: Callable[[str], list[Any]]) -> Iterator[None]:
    """Other tests take the first connection that they find."""
    yield
    context = chromium.new_context(base_url=product.url)
    context.add_cookies(session_of("admin"))
    page = context.new_page()
    page.goto("/connections/")
    for each in page.request.get("/api/connections/").json()["results"]:
        if each["name"] != "sandbox":
            assert page.request.delete(f"/api/connections/{each['id']}/", headers=csrf(page)).status == 204
    context.close()


def test_t2_no_secret_comes_back_to_a_browser_or_stays_in_it(
    page: Page, sign_in: Callable[[str], Page], ask: Callable[..., Any]
) -> None:
    traffic = Traffic(page.context)
    sign_in("admin")
    page.goto("/connections/new/")
    made = ask("/api/connections/", {**PLACE, **KEYS, "name": unique("keys")}, 201)
    others = [ask("/api/connections/", {**PLACE, **kind, "name": unique("canary")}, 201) for kind in OTHERS]
    for each in (made, *others):
        told = ask(f"/api/connections/{each['id']}/test/", {})
        assert told["ok"] is (each is made), told
        page.goto(f"/connections/{each['id']}/")

    sign_in("designer")
    page.goto("/")
    rule = copy_of_sample(page, unique("canary"))
    page.goto(f"/rules/{rule}/")
    page.get_by_test_id("canvas").wait_for()
    sent = {"connection": made["id"], "version": 1}
    assert ask(f"/api/rules/{rule}/submit/", {**sent, "dry_run": True})["state"] == "prepared"
    assert ask(f"/api/rules/{rule}/submit/", sent)["state"] == "succeeded"
    for each in others:
        assert ask(f"/api/rules/{rule}/submit/", {**sent, "connection": each["id"]})["state"] == "rejected"
    dry = {**task(0), "connection": made["id"], "dry_run": True}
    ask(f"/api/alarms/{ALARM_IDS[0]}/handle/", dry)
    for path in (f"/rules/{rule}/preview/", f"/rules/{rule}/history/", "/submissions/", "/connections/"):
        page.goto(path)
    ask("/api/submissions/")
    ask("/api/alarm-actions/")

    kept = page.context.storage_state(indexed_db=True)
    session = page.evaluate("JSON.stringify(Object.entries(sessionStorage))")
    stored = json.dumps(kept) + session + page.content()
    assert kept["cookies"] and len(traffic.answers) > 20
    for canary in CANARIES:
        # The one request is that by which it was entered.
        assert traffic.holding(canary) == (1, 0), canary
        assert not any(way in stored for way in spellings(canary)), canary
