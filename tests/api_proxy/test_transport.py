"""The one way out, against servers that misbehave: what it refuses, how long it waits, how it fails."""

import gzip
import html
import ipaddress
import json
import socket
import ssl
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from api_proxy.endpoints import CLOUD_REGIONS, UnknownRegion, endpoints, regions
from api_proxy.transport import (
    AddressRefused,
    BadAnswer,
    Guard,
    Limits,
    NoAnswer,
    Unreached,
    UpstreamError,
    client,
    outcome,
    plain,
)
from tests.api_proxy.conftest import Call, Upstream

SHORT = Limits(connect=0.5, read=0.5, total=0.8, answer_bytes=1000)


def put(url: str, limits: Limits = SHORT) -> httpx.Response:
    with client([url], limits=limits) as http:
        return http.put(f"{url}/rule", content=b'{"name":"a"}')


def failure(act: Any, limits: Limits = SHORT, method: str = "PUT") -> tuple[UpstreamError, Upstream, float]:
    """What goes wrong with one request to a server that does ``act``, and how long it took."""
    with Upstream(act) as upstream, client([upstream.url], limits=limits) as http:
        started = time.monotonic()
        with pytest.raises(UpstreamError) as caught:
            http.request(method, f"{upstream.url}/rule", content=b"{}")
        return caught.value, upstream, time.monotonic() - started


@pytest.mark.parametrize("status", range(100, 600))
def test_only_204_is_success_and_only_a_clear_refusal_is_a_rejection(status: int) -> None:
    redirects = {300, 301, 302, 307, 308}
    expected = "succeeded" if status == 204 else "rejected" if status in redirects or status // 100 == 4 else "unknown"
    assert outcome(status) == expected


def test_it_gives_the_answer_and_sends_exactly_the_bytes() -> None:
    def act(call: Call) -> None:
        call.read()
        call.answer("200 OK", b'{"a":1}')

    with Upstream(act) as upstream:
        assert put(upstream.url).json() == {"a": 1}
    head, _, body = upstream.calls[0].partition(b"\r\n\r\n")
    assert body == b'{"name":"a"}'
    assert b"proxy" not in head.lower()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "https://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://user:word@127.0.0.1:{port}/",
        "http://127.0.0.1.nip.io:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "https://iam.cn-north-4.myhuaweicloud.com.example.com/",
        "https://iam.cn-north-4.myhuaweicloud.com:8443/",
        "http://iam.cn-north-4.myhuaweicloud.com/",
        "https://169.254.169.254/",
        "ftp://127.0.0.1:{port}/",
    ],
)
def test_it_refuses_every_address_but_its_own(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_socket(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was opened")

    allowed = ["http://127.0.0.1:8001", "https://iam.cn-north-4.myhuaweicloud.com"]
    monkeypatch.setattr(socket, "create_connection", no_socket)
    with client(allowed) as http, pytest.raises(AddressRefused) as caught:
        http.get(url.format(port=8001))
    assert caught.value.applied is False
    assert "word" not in str(caught.value)


def test_it_refuses_a_name_that_leads_inside_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with Upstream(lambda call: call.answer("204 No Content")) as upstream:
        port = int(upstream.url.rpartition(":")[2])
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
        origin = f"https://aom.cn-north-4.myhuaweicloud.com:{port}"
        with client([origin], limits=SHORT) as http, pytest.raises(AddressRefused, match="inside this machine"):
            http.get(origin)
    assert upstream.calls == []


def test_it_does_not_follow_a_redirect_and_sends_no_token_on() -> None:
    with Upstream(lambda call: call.answer("204 No Content")) as other:

        def act(call: Call) -> None:
            call.read()
            call.answer("307 Temporary Redirect", b"", f"Location: {other.url}/rule")

        with Upstream(act) as upstream:
            answer = put(upstream.url)
    assert answer.status_code == 307
    assert other.calls == []


def test_it_ignores_a_proxy_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    def act(call: Call) -> None:
        call.read()
        call.answer("204 No Content")

    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Upstream(act) as upstream:
        assert put(upstream.url).status_code == 204


def test_a_refused_connection_has_changed_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unreached) as caught:
        put(f"http://127.0.0.1:{port}")
    assert caught.value.applied is False


def hang(call: Call) -> None:
    call.read()
    call.over.wait(10)


def drip_body(call: Call) -> None:
    call.read()
    call.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
    drip(call)


def drip_body_without_length(call: Call) -> None:
    call.read()
    call.connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    drip(call)


def drip_head(call: Call) -> None:
    call.read()
    call.connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    drip(call)


def drip(call: Call) -> None:
    while not call.over.wait(0.1):
        call.connection.sendall(b"x")


def test_a_hanging_answer_ends_at_the_read_limit_and_leaves_the_write_unknown() -> None:
    error, upstream, took = failure(hang)
    assert isinstance(error, NoAnswer)
    assert error.applied is None
    assert 0.4 < took < 0.75
    assert len(upstream.calls) == 1


@pytest.mark.parametrize("act", [drip_body, drip_body_without_length, drip_head])
def test_a_dripping_answer_ends_at_the_total_limit(act: Any) -> None:
    error, _, took = failure(act)
    assert isinstance(error, NoAnswer)
    assert error.applied is None
    assert "within 0.8 seconds" in str(error)
    assert 0.7 < took < 1.5


def test_a_read_that_gets_no_answer_has_changed_nothing() -> None:
    error, _, _ = failure(hang, method="GET")
    assert error.applied is False


def reset(call: Call) -> None:
    call.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    call.connection.close()


def reset_after_the_request(call: Call) -> None:
    call.read()
    reset(call)


def reset_in_the_head(call: Call) -> None:
    call.read()
    call.connection.sendall(b"HTTP/1.1 20")


def reset_in_the_body(call: Call) -> None:
    call.read()
    call.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nabc")


def nonsense(call: Call) -> None:
    call.read()
    call.connection.sendall(b"SSH-2.0-OpenSSH_9.9\r\n")


@pytest.mark.parametrize("act", [reset_after_the_request, reset_in_the_head, reset_in_the_body, nonsense])
def test_a_break_after_the_request_leaves_the_write_unknown(act: Any) -> None:
    error, _, _ = failure(act)
    assert isinstance(error, NoAnswer)
    assert error.applied is None


def test_it_aborts_an_answer_that_is_too_large() -> None:
    def act(call: Call) -> None:
        call.read()
        call.answer("400 Bad Request", b"x" * 1001)

    error, _, _ = failure(act)
    assert isinstance(error, BadAnswer)
    assert error.status == 400


def test_it_unpacks_no_bomb() -> None:
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()

    def act(call: Call) -> None:
        call.read()
        call.answer("200 OK", bomb, "Content-Encoding: gzip")

    tracemalloc.start()
    try:
        error, _, _ = failure(act, Limits(total=10))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(error, BadAnswer)
    assert peak < 10_000_000


def test_it_reads_a_small_packed_answer() -> None:
    def act(call: Call) -> None:
        call.read()
        call.answer("200 OK", gzip.compress(b'{"a":1}'), "Content-Encoding: gzip")

    with Upstream(act) as upstream:
        assert put(upstream.url).json() == {"a": 1}


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_it_refuses_a_body_that_it_cannot_decode(coding: str) -> None:
    def act(call: Call) -> None:
        call.read()
        call.answer("200 OK", b"not packed at all", f"Content-Encoding: {coding}")

    error, _, _ = failure(act)
    assert isinstance(error, BadAnswer)


@pytest.fixture
def certified(tmp_path: Path) -> Iterator[tuple[ssl.SSLContext, Path]]:
    """A server's TLS context for 127.0.0.1, and its self-signed certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
    certificate = builder.add_extension(names, False).sign(key, hashes.SHA256())
    file = tmp_path / "certificate.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (tmp_path / "key.pem").write_bytes(key.private_bytes(*private))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, tmp_path / "key.pem")
    yield context, file


def over_tls(context: ssl.SSLContext) -> Any:
    def act(call: Call) -> None:
        with context.wrap_socket(call.connection, server_side=True) as call.connection:
            call.read()
            call.answer("204 No Content")

    return act


def test_it_trusts_a_certificate_that_it_was_given(certified: tuple[ssl.SSLContext, Path]) -> None:
    context, certificate = certified
    trust = ssl.create_default_context(cafile=str(certificate))
    with Upstream(over_tls(context)) as upstream:
        port = int(upstream.url.rpartition(":")[2])
        guard = Guard(frozenset({("https", "127.0.0.1", port)}), SHORT, trust)
        with httpx.Client(transport=guard) as http:
            assert http.put(f"https://127.0.0.1:{port}/").status_code == 204


def test_it_sends_nothing_to_a_certificate_that_nobody_vouches_for(certified: tuple[ssl.SSLContext, Path]) -> None:
    with Upstream(over_tls(certified[0])) as upstream:
        url = upstream.url.replace("http:", "https:")
        with pytest.raises(Unreached, match="certificate") as caught:
            put(url)
    assert caught.value.applied is False
    assert upstream.calls == []


def test_it_makes_text_from_outside_fit_to_show() -> None:
    assert plain("a\x00b\n<script>\u202e\ud800" + "x" * 5000, ["script"]).startswith("a b <••••>")
    assert len(plain("x" * 5000)) == 1024


def test_the_catalogue_leads_to_the_cloud_over_https_only() -> None:
    assert len(set(CLOUD_REGIONS)) == 31
    for region in CLOUD_REGIONS:
        places = endpoints(region)
        assert places.iam == f"https://iam.{region}.myhuaweicloud.com"
        assert places.aom == f"https://aom.{region}.myhuaweicloud.com"


def test_the_sandbox_is_a_region_only_where_the_settings_name_one_on_this_machine(settings: Any) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:8001/"
    assert regions()[0] == "sandbox"
    assert endpoints("sandbox").aom == "http://127.0.0.1:8001"
    for url in ("", "http://10.1.2.3:8001"):
        settings.SANDBOX_URL = url
        with pytest.raises(UnknownRegion, match="cn-north-4"):
            endpoints("sandbox")


@pytest.mark.parametrize(
    "repeat",
    [
        str,
        lambda secret: json.dumps(secret)[1:-1],
        lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape,
        quote,
        quote_plus,
    ],
)
def test_a_secret_is_masked_however_it_is_repeated(repeat: Callable[[str], str]) -> None:
    secret = 'pa"ss\\wörd&<1234 '
    assert plain(f"wrong password: {repeat(secret)}!", [secret]) == "wrong password: ••••!"
