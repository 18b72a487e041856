"""The whole product, started as a user starts it: app, sandbox and demo on ports of their own, in a browser."""

import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.browser.chromium import launch
from tests.databases import empty_database

PASSWORD = "walk-the-flow-42"


@dataclass
class Product:
    """A running Groupflow: the addresses of the app and of its sandbox."""

    url: str
    cloud: str

    def sandbox_requests(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.cloud}/_sandbox/requests") as answer:
            requests: list[dict[str, Any]] = json.load(answer)["requests"]
        return requests


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """``manage.py serve``, as ``make run`` calls it, with its data in a folder of its own."""
    port, cloud = free_ports()
    folder = tmp_path_factory.mktemp("var")
    with empty_database(folder) as database:
        yield from served(folder, database, port, cloud)


def served(folder: Path, database: str, port: int, cloud: int) -> Iterator[Product]:
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "GROUPFLOW_VAR": str(folder),
        "DEMO_PASSWORD": PASSWORD,
        "SANDBOX_URL": f"http://127.0.0.1:{cloud}",
    }
    log = folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/readyz", server, log)
            yield Product(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{cloud}")
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(30) == 0, log.read_text()


def wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.1)
    pytest.fail(f"The product did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium."""
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture
def context(chromium: Browser, product: Product) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        base_url=product.url, viewport={"width": 1440, "height": 900}, locale="en", reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which nothing may go wrong unseen: errors of scripts and breaches of the policy fail the test."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on(
        "console",
        lambda message: (
            complaints.append(f"console: {message.text}")
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    yield page
    assert complaints == []


def log_in(page: Page, name: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


@pytest.fixture(scope="session")
def session_of(chromium: Browser, product: Product) -> Callable[[str], list[Any]]:
    """The cookies of an account's session; each account logs in once."""

    @functools.cache
    def cookies(name: str) -> list[Any]:
        context = chromium.new_context(base_url=product.url, locale="en")
        log_in(context.new_page(), name)
        found: list[Any] = [*context.cookies()]
        context.close()
        return found

    return cookies


@pytest.fixture
def browser_of(
    chromium: Browser, product: Product, session_of: Callable[[str], list[Any]]
) -> Iterator[Callable[[str], Page]]:
    """Opens a page in a browser of its own where that account has logged in."""
    opened: list[BrowserContext] = []

    def open_page(name: str) -> Page:
        opened.append(chromium.new_context(base_url=product.url, locale="en", reduced_motion="reduce"))
        opened[-1].add_cookies(session_of(name))
        return opened[-1].new_page()

    yield open_page
    for context in opened:
        context.close()


@pytest.fixture
def sign_in(page: Page, session_of: Callable[[str], list[Any]]) -> Callable[[str], Page]:
    """Makes the page one where that account has logged in."""

    def signed_in(name: str) -> Page:
        page.context.add_cookies(session_of(name))
        return page

    return signed_in


@pytest.fixture
def designer(sign_in: Callable[[str], Page]) -> Page:
    """A page where the designer has logged in."""
    return sign_in("designer")
