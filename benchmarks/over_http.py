"""POST /api/check/ as a user meets it: gunicorn, a token, a database, one request after the other."""

import http.client
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.serving import HOST, serving

WARM_UP, ROUNDS, REQUESTS = 200, 5, 800


def report(body: bytes) -> str:
    """Milliseconds of one request, as lines of text: medians of the rounds' medians and 99th percentiles."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (port, token):
        connection = http.client.HTTPConnection(HOST, port)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        for _ in range(WARM_UP):
            _ask(connection, body, headers)
        rounds = [sorted(_ask(connection, body, headers) for _ in range(REQUESTS)) for _ in range(ROUNDS)]
    p50, p99 = (statistics.median(one[int(REQUESTS * part)] for one in rounds) for part in (0.5, 0.99))
    title = f"POST /api/check/ of {len(body)} bytes, gunicorn, 1 worker, {ROUNDS} x {REQUESTS} requests"
    return f"{title}\np50 {p50:.2f} ms, p99 {p99:.2f} ms, p99 / p50 {p99 / p50:.2f}\n"


def _ask(connection: http.client.HTTPConnection, body: bytes, headers: dict[str, str]) -> float:
    start = time.perf_counter()
    connection.request("POST", "/api/check/", body, headers)
    answer = connection.getresponse()
    text = answer.read()
    taken = time.perf_counter() - start
    if answer.status != 200:
        raise SystemExit(f"/api/check/ answered {answer.status}: {text[:300]!r}")
    return taken * 1000
