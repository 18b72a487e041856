"""The canvas in a browser, with the largest rule there can be, beside React Flow by itself with as many cards.

``python -m benchmarks.canvas`` measures it alone. Headless Chromium, reduced motion, 1440 x 900; every load is one with
empty caches, in a window where the same site was open before, as from the list of rules; both pages take turns, and of
all rounds the median counts.
"""

import json
import math
import os
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from benchmarks.first_load import MOST, first_load
from benchmarks.serving import ACCOUNT, PASSWORD, ROOT, Server, serving, serving_files
from tests.browser.chromium import launch, until

LARGEST = ROOT / "tests" / "documents" / "good" / "largest.json"
BARE = ROOT / "benchmarks" / "bare"
LOADS, DRAGS, MOVES, EDITS = 25, 3, 90, 11
VIEW: Any = {"viewport": {"width": 1440, "height": 900}, "locale": "en", "reduced_motion": "reduce"}
CARD = ".react-flow__node"
STATUS = "[data-testid=status] .status-found"

#: Notes when as many cards and edges as the page shall have can be seen, and the frame after that is over.
WATCH_PAINT = """([cards, edges]) => {
  const look = () => {
    const seen = [...document.querySelectorAll('.react-flow__node')].filter(card => card.style.visibility !== 'hidden');
    const drawn = seen.length >= cards && document.querySelectorAll('.react-flow__edge').length >= edges;
    if (drawn) requestAnimationFrame(() => { window.paintedAt = performance.now(); });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""

#: Collects the time between frames, in ms, until the answered function is called.
WATCH_FRAMES = """() => {
  const frames = [];
  let last = null, on = true;
  const next = now => {
    if (last !== null) frames.push(now - last);
    last = now;
    if (on) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  window.endFrames = () => { on = false; return frames; };
}"""

#: From the next key press to the first frame after the number of cards, and after the count of problems, has changed.
WATCH_EDIT = """([cards, status]) => new Promise(resolve => {
  const words = () => document.querySelector(status).textContent;
  const count = document.querySelectorAll(cards).length, said = words(), at = {};
  addEventListener('keydown', event => { at.press = event.timeStamp; }, {capture: true, once: true});
  const done = () => {
    if (at.shown !== undefined && at.found !== undefined) {
      watch.disconnect();
      resolve([at.shown - at.press, at.found - at.press]);
    }
  };
  const note = name => {
    if (name in at) return;
    at[name] = undefined;
    requestAnimationFrame(() => { at[name] = performance.now(); done(); });
  };
  const watch = new MutationObserver(() => {
    if (document.querySelectorAll(cards).length !== count) note('shown');
    if (words() !== said) note('found');
  });
  watch.observe(document.body, {childList: true, subtree: true, characterData: true});
})"""


class Work(NamedTuple):
    """What the page did while a card was dragged: ms between frames, and ms of scripts and of all work per frame."""

    frames: list[float]
    script: float
    task: float


class Canvas(NamedTuple):
    """A page with a canvas, and an address of the same site that brings nothing of it."""

    url: str
    before: str
    cards: int
    edges: int
    #: Cookies of a session, if it needs one.
    state: Any = None


class Row(NamedTuple):
    name: str
    figure: str
    target: str


def report() -> str:
    """The table, as text. Needs a built front end and a Chromium."""
    with (
        tempfile.TemporaryDirectory() as name,
        _bare_page(Path(name)) as bare,
        serving(Path(name)) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        rows = measured(browser, server, bare)
        browser.close()
    lines = [f"{'':52}{'measured':>16}{'target':>16}"]
    lines += [f"{row.name:52}{row.figure:>16}{row.target:>16}" for row in rows]
    return "\n".join(["The canvas with the largest rule (23 cards, 22 edges)", *lines, *ELSEWHERE, ""])


ELSEWHERE = (
    "For the scale, measured elsewhere, on other machines and with other documents:",
    "  GoRules' editor: first picture 1250 ms, 2.3 MB of script, heap 31 MB; Node-RED: first picture 1802 ms",
)


def measured(browser: Browser, server: Server, bare: str) -> list[Row]:
    """All figures of one run."""
    document = json.loads(LARGEST.read_bytes())
    cards, edges = (len(document["match_v3"][name]) for name in ("nodes", "edges"))
    state = _logged_in(browser, server)
    rule = Canvas(f"{server.url}/rules/{_stored(server, document)}/", f"{server.url}/healthz", cards, edges, state)
    peer = Canvas(f"{bare}/index.html", f"{bare}/flow.json", cards, edges)
    ours, theirs = [], []
    for _ in range(LOADS):
        ours.append(_painted(browser, rule))
        theirs.append(_painted(browser, peer))
    with _opened(browser, rule) as page:
        heap = _heap(page)
        work = _dragged(page)
        edits = [_edited(page, key) for _ in range(EDITS) for key in ("Delete", "Control+z")]
    with _opened(browser, peer) as page:
        bare_heap, bare_work = _heap(page), _dragged(page)
    first, plain = statistics.median(ours), statistics.median(theirs)
    ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    shown, found = ([edit[which] for edit in edits] for which in (0, 1))
    return [
        Row("first load, scripts after gzip", f"{sum(first_load().values()) / 1024:.1f} KiB", f"{MOST // 1024} KiB"),
        Row("navigation to painted, nothing cached", f"{first:.0f} ms", ""),
        Row("  React Flow by itself", f"{plain:.0f} ms", ""),
        Row("  times React Flow by itself", f"{ratio:.2f}", "1.30"),
        Row("heap after a collection", f"{heap / 1e6:.1f} MB", "10 MB"),
        Row("  React Flow by itself", f"{bare_heap / 1e6:.1f} MB", ""),
        Row("dragging a card: time between frames, p95", f"{_part(work.frames, 0.95):.1f} ms", "17.5 ms"),
        Row("  scripts per frame, mean", f"{work.script:.1f} ms", ""),
        Row("  all work of the page per frame, mean", f"{work.task:.1f} ms", ""),
        Row("  React Flow by itself: time between frames, p95", f"{_part(bare_work.frames, 0.95):.1f} ms", ""),
        Row("  React Flow by itself: scripts per frame, mean", f"{bare_work.script:.1f} ms", ""),
        Row("an edit to its picture, median", f"{statistics.median(shown):.0f} ms", "50 ms"),
        Row("  p95", f"{_part(shown, 0.95):.0f} ms", ""),
        Row("an edit to its findings, median", f"{statistics.median(found):.0f} ms", "300 ms"),
        Row("  p95", f"{_part(found, 0.95):.0f} ms", ""),
    ]


def _part(figures: list[float], part: float) -> float:
    """The figure that ``part`` of all do not exceed."""
    return sorted(figures)[math.ceil(len(figures) * part) - 1]


@contextmanager
def _bare_page(folder: Path) -> Iterator[str]:
    """React Flow by itself with the cards and edges of the largest rule; the address of its folder."""
    static, built = ROOT / "static", folder / "bare"
    command = ["node_modules/.bin/vite", "build", "--config", str(BARE / "vite.config.mjs"), "--outDir", str(built)]
    environment = {**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(command, cwd=static, env=environment, check=True, capture_output=True)
    flow = json.loads(LARGEST.read_bytes())["match_v3"]
    edges = [{key: edge[key] for key in ("id", "source", "target")} for edge in flow["edges"]]
    text = json.dumps({"nodes": [node["id"] for node in flow["nodes"]], "edges": edges})
    (built / "flow.json").write_text(text)
    with serving_files(built) as url:
        yield url


def _stored(server: Server, document: Any) -> str:
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
    body = json.dumps({"document": document}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{server.url}/api/rules/", body, headers)) as answer:
        return str(json.load(answer)["id"])


def _logged_in(browser: Browser, server: Server) -> Any:
    """The cookies of a session."""
    context = browser.new_context(**VIEW)
    page = context.new_page()
    page.goto(f"{server.url}/accounts/login/")
    page.get_by_label("User name").fill(ACCOUNT)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{server.url}/")
    state = context.storage_state()
    context.close()
    return state


@contextmanager
def _opened(browser: Browser, canvas: Canvas) -> Iterator[Page]:
    """A canvas, all painted, in a browser that never saw it."""
    context: BrowserContext = browser.new_context(**VIEW, storage_state=canvas.state)
    page = context.new_page()
    page.goto(canvas.before)
    page.add_init_script(f"({WATCH_PAINT})({[canvas.cards, canvas.edges]})")
    page.goto(canvas.url)
    until(page, "window.paintedAt !== undefined")
    yield page
    context.close()


def _painted(browser: Browser, canvas: Canvas) -> float:
    """Milliseconds from navigation to all cards and edges painted."""
    with _opened(browser, canvas) as page:
        return float(page.evaluate("window.paintedAt"))


def _heap(page: Page) -> int:
    """Bytes of the JavaScript heap that are left after a collection, once everything that comes later is there."""
    page.wait_for_load_state("networkidle")
    client = page.context.new_cdp_session(page)
    client.send("HeapProfiler.collectGarbage")
    used: int = client.send("Runtime.getHeapUsage")["usedSize"]
    return used


def _metrics(client: CDPSession) -> dict[str, float]:
    return {entry["name"]: entry["value"] for entry in client.send("Performance.getMetrics")["metrics"]}


def _dragged(page: Page) -> Work:
    """Drags the fifth card about with a mouse; it comes to rest where it was."""
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable")
    box = page.locator(CARD).nth(4).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 8
    frames: list[float] = []
    before = _metrics(client)
    for _ in range(DRAGS):
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 4, y)
        page.evaluate(WATCH_FRAMES)
        for step in range(MOVES):
            angle = 2 * math.pi * step / MOVES
            page.mouse.move(x + 60 * math.sin(angle), y + 60 * (1 - math.cos(angle)))
        frames += page.evaluate("window.endFrames()")
        page.keyboard.press("Escape")
        page.mouse.up()
    after = _metrics(client)
    script, task = ((after[name] - before[name]) * 1000 / len(frames) for name in ("ScriptDuration", "TaskDuration"))
    return Work(frames, script, task)


def _edited(page: Page, key: str) -> list[float]:
    """Milliseconds from a key press to the changed canvas, and to the findings; Delete is pressed on the last merge."""
    if key == "Delete":
        page.locator(f"{CARD}:has(.merge)").last.focus()
        page.keyboard.press("Enter")
    page.evaluate(f"() => {{ window.edit = ({WATCH_EDIT})({json.dumps([CARD, STATUS])}); }}")
    page.keyboard.press(key)
    taken: list[float] = page.evaluate("window.edit")
    return taken


def main() -> None:
    start = time.perf_counter()
    print(report())
    print(f"({time.perf_counter() - start:.0f} s)")


if __name__ == "__main__":
    main()
