"""What a call to the cloud costs through the proxy, beside a call without it, and what hanging calls cost the editor.

``python -m benchmarks.proxy`` for this part alone. The cloud is a process of its own that answers at once; what is told
is what each way adds to a call over a kept connection.
"""

import http.client
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from benchmarks.serving import HOST, ROOT, Server, serving

WARM_UP, ROUNDS, REPEATS = 20, 7, 100
#: Calls in a row of one way, before it is the turn of the next.
TURN = 10
#: Submissions a round; each waits for the disk several times.
SUBMISSIONS = 15
HANGING = 16
PROJECT_ID = "0123456789abcdef0123456789abcdef"
PATH = f"/v2/{PROJECT_ID}/alert/group-rules"
SAMPLE = ROOT / "editor" / "samples" / "aomtest.json"
DIRECT = "direct, a kept connection"
#: In milliseconds: median and 99th percentile.
TARGETS = {"a signed call": (1.5, 3.0), "a call with a kept token": (1.5, 3.0)}
_NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  upstream cloud {{ server {host}:{cloud}; keepalive 8; }}
  server {{ listen {host}:{port}; location / {{
    proxy_pass http://cloud; proxy_http_version 1.1; proxy_set_header Connection ""; }} }}
}}
"""


class Added(NamedTuple):
    """Milliseconds."""

    median: float
    p99: float


def report() -> str:
    """The tables as lines of text."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cloud = stack.enter_context(_cloud())
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "GROUPFLOW_VAR": str(folder),
            "SANDBOX_URL": f"http://{HOST}:{cloud}",
        }
        server = stack.enter_context(serving(folder))
        nginx = stack.enter_context(_nginx(folder, cloud))
        return "\n".join([_calls(cloud, server, nginx), _hanging(folder)])


@contextmanager
def _cloud() -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.upstream"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


@contextmanager
def _nginx(folder: Path, cloud: int) -> Iterator[int | None]:
    """The port of an nginx in front of the cloud; None where there is none on this machine."""
    program = shutil.which("nginx")
    if program is None:
        yield None
        return
    with socket.create_server((HOST, 0)) as probe:
        port = int(probe.getsockname()[1])
    file = folder / "nginx.conf"
    file.write_text(_NGINX.format(folder=folder, host=HOST, cloud=cloud, port=port), encoding="utf-8")
    with subprocess.Popen([program, "-c", str(file), "-p", str(folder)]) as process:
        try:
            _until_it_listens(port)
            yield port
        finally:
            process.terminate()


def _until_it_listens(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection((HOST, port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("nginx did not start")


# What a call costs


def _calls(cloud: int, server: Server, nginx: int | None) -> str:
    import django

    django.setup()
    from config.collector import settle

    settle()
    ways = _ways(cloud, server, nginx)
    figures = _measure(ways, REPEATS)
    whole = _measure({"": _submitting(_connection("password", "submitting"))}, SUBMISSIONS)[""]
    lines = [f"A call to the cloud, milliseconds added to one over a kept connection, {ROUNDS} x {REPEATS} calls"]
    lines += [f"{'':44}{'median':>9}{'p99':>9}{'target':>14}"]
    direct = figures.pop(DIRECT)
    for name, found in figures.items():
        target = " / ".join(f"{each:g}" for each in TARGETS.get(name, ()))
        lines.append(f"{name:44}{found.median - direct.median:9.2f}{found.p99 - direct.p99:9.2f}{target:>14}")
    if nginx is None:
        lines.append("nginx as a reverse proxy: there is none on this machine")
    lines.append(f"{DIRECT + ' (the whole of it)':44}{direct.median:9.2f}{direct.p99:9.2f}")
    lines.append(f"{'a submission without its three calls':44}{whole.median - 3 * direct.median:9.2f}")
    return "\n".join(lines) + "\n"


def _ways(cloud: int, server: Server, nginx: int | None) -> dict[str, Callable[[], object]]:
    keys, token = _connection("keys"), _connection("password")
    served = _asking(
        server.port, f"/api/connections/{keys.pk}/group-rules/", {"Authorization": f"Bearer {server.token}"}
    )
    ways: dict[str, Callable[[], object]] = {
        DIRECT: _asking(cloud, PATH, {}),
        "a signed call": lambda: _look(keys),
        "a call with a kept token": lambda: _look(token),
        "a new httpx.Client for each": lambda: _anew(cloud),
        "the app, asked for the same": served,
        "the app, asked for what it knows itself": _asking(
            server.port, "/api/connections/", {"Authorization": f"Bearer {server.token}"}
        ),
    }
    return ways | ({} if nginx is None else {"nginx as a reverse proxy": _asking(nginx, PATH, {})})


def _connection(kind: str, name: str = "") -> Any:
    from api_proxy.models import Connection
    from api_proxy.secret import Secret

    made = Connection(name=name or kind, region="sandbox", project_id=PROJECT_ID, kind=kind)
    if kind == "keys":
        made.set_credentials({"access_key": Secret("BENCHACCESSKEY000001"), "secret_key": Secret("s" * 40)})
    else:
        made.iam_domain = made.iam_user = "bench"
        made.set_credentials({"password": Secret("p" * 20)})
    made.save()
    return made


def _look(connection: Any) -> None:
    from api_proxy.cloud import opened

    with opened(connection) as aom:
        aom.group_rules()


def _anew(cloud: int) -> None:
    with httpx.Client() as client:
        client.get(f"http://{HOST}:{cloud}{PATH}").raise_for_status()


def _submitting(connection: Any) -> Callable[[], None]:
    """Sends the sample, of which each version says something new."""
    from django.contrib.auth.models import User

    from api_proxy.submit import submit
    from editor.models import Rule

    user = User.objects.get()
    sample = json.loads(SAMPLE.read_bytes())
    rule = Rule.objects.start(user, sample, {})

    def send() -> None:
        if submit(user, rule, rule.current, connection).state != "succeeded":
            raise SystemExit("a submission did not succeed")

    return send


def _asking(port: int, path: str, headers: Mapping[str, str]) -> Callable[[], object]:
    connection = http.client.HTTPConnection(HOST, port)

    def ask() -> None:
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")

    return ask


def _measure(ways: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, Added]:
    """They take short turns, so that a busy machine slows all of them alike, and none pays for what another one leaves
    behind in the processor: a new client reads all certificates that there are."""
    for _ in range(WARM_UP):
        for way in ways.values():
            way()
    rounds: dict[str, list[list[float]]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(0, repeats, TURN):
            for name, way in ways.items():
                taken[name] += [_milliseconds(way) for _ in range(min(TURN, repeats - turn))]
        for name, found in taken.items():
            rounds[name].append(sorted(found))
    return {name: _figures(found) for name, found in rounds.items()}


def _figures(rounds: list[list[float]]) -> Added:
    p50, p99 = (statistics.median(each[int(len(each) * part)] for each in rounds) for part in (0.5, 0.99))
    return Added(p50, p99)


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


# What hanging calls cost the editor


def _hanging(folder: Path) -> str:
    """Reads of the editor while submissions hang on a cloud that takes calls and answers none."""
    from api_proxy.models import Connection
    from editor.models import Rule

    sample = json.loads(SAMPLE.read_bytes())
    first = Rule.objects.get()
    rules = [Rule.objects.start(first.created_by, {**sample, "name": f"hang_{n}"}, {}) for n in range(HANGING)]
    connection = Connection.objects.get(kind="keys")
    with socket.create_server((HOST, 0), backlog=64) as silent:
        os.environ["SANDBOX_URL"] = f"http://{HOST}:{silent.getsockname()[1]}"
        with serving(folder) as server:
            headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
            ways = _reading(server, str(first.pk), sample, headers)
            # A worker loads the app with its first request.
            for _ in range(WARM_UP):
                _read_for(0, ways)
            quiet = _read_for(5, ways)
            with ThreadPoolExecutor(HANGING) as people:
                sent = [people.submit(_hang, server, str(rule.pk), str(connection.pk), headers) for rule in rules]
                time.sleep(0.5)
                under = _read_for(7, ways)
                left = sum(not each.done() for each in sent)
                statuses = [each.result() for each in sent]
    lines = [
        f"Reads of the editor, one after the other, gunicorn, 1 worker, 8 threads, milliseconds; {HANGING} submissions "
        f"hang: {left} still at the end, {statuses.count(503)} were told 503"
    ]
    lines += [f"{'':44}{'median':>9}{'p99':>9}{'longest':>9}{'target p99':>14}"]
    for title, found in (("alone", quiet), ("meanwhile", under)):
        for name, times in found.items():
            p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
            target = "50" if title == "meanwhile" else ""
            lines.append(f"{name + ', ' + title:44}{p50:9.2f}{p99:9.2f}{times[-1]:9.2f}{target:>14}")
    return "\n".join(lines) + "\n"


def _reading(server: Server, rule: str, sample: Any, headers: Mapping[str, str]) -> dict[str, Callable[[], object]]:
    checking = http.client.HTTPConnection(HOST, server.port)
    body = json.dumps(sample).encode()

    def check() -> None:
        checking.request("POST", "/api/check/", body, dict(headers))
        answer = checking.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"/api/check/ answered {answer.status}")

    return {"GET a rule": _asking(server.port, f"/api/rules/{rule}/", headers), "POST /api/check/": check}


def _read_for(seconds: float, ways: Mapping[str, Callable[[], object]]) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {name: [] for name in ways}
    end = time.monotonic() + seconds
    for _ in count():
        for name, way in ways.items():
            taken[name].append(_milliseconds(way))
        if time.monotonic() >= end:
            break
    return {name: sorted(times) for name, times in taken.items()}


def _hang(server: Server, rule: str, connection: str, headers: Mapping[str, str]) -> int:
    """Submit; the status that came in the end."""
    caller = http.client.HTTPConnection(HOST, server.port, timeout=120)
    body = json.dumps({"connection": connection, "version": 1})
    caller.request("POST", f"/api/rules/{rule}/submit/", body, dict(headers))
    return caller.getresponse().status


if __name__ == "__main__":
    print(report(), flush=True)
