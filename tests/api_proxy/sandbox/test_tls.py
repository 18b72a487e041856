"""The sandbox over TLS: a right certificate, and those of F12."""

import socket
import ssl

import httpx
import pytest

from api_proxy.sandbox import Sandbox
from api_proxy.sandbox.certificates import Authority

from .steps import GROUP_RULES, token_for


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def trust(authority: Authority) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=authority.pem.decode())


def test_a_caller_who_trusts_the_authority_is_served(authority: Authority, trust: ssl.SSLContext) -> None:
    with Sandbox(tls=authority.good()) as cloud, httpx.Client(base_url=cloud.url, verify=trust) as client:
        assert cloud.url.startswith("https://127.0.0.1:")
        client.headers["X-Auth-Token"] = token_for(client)
        assert client.get(GROUP_RULES).json() == []
        assert client.get(GROUP_RULES.replace("group", "action")).status_code == 200
        assert cloud.traffic.connections == 1
        assert {entry["connection"] for entry in cloud.requests()} == {1}


@pytest.mark.parametrize("fault", ["expired", "wrong_host", "self_signed", "unknown", "old_protocol"])
def test_f12_a_bad_server_is_refused_before_a_byte_of_a_request(
    authority: Authority, trust: ssl.SSLContext, fault: str
) -> None:
    with Sandbox(tls=authority.refused[fault]()) as cloud:
        with pytest.raises(httpx.ConnectError):
            httpx.get(cloud.url + GROUP_RULES, verify=trust)
        assert cloud.requests() == []
        assert cloud.traffic == (1, 0)


def test_f12_the_bad_servers_do_serve_a_caller_who_does_not_look(authority: Authority) -> None:
    blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
    blind.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        blind.minimum_version = ssl.TLSVersion.TLSv1_1
    for name in authority.refused:
        with Sandbox(tls=authority.refused[name]()) as cloud:
            assert httpx.get(f"{cloud.url}/x", verify=blind).status_code == 404, name


# Python leaves a socket to the collector that is reset before the handshake begins.
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
@pytest.mark.parametrize("how", ["reset", "close"])
@pytest.mark.parametrize("point", ["connect", "before", "body"])
def test_f11_a_connection_breaks_over_tls_too(
    authority: Authority, trust: ssl.SSLContext, point: str, how: str
) -> None:
    with Sandbox(tls=authority.good()) as cloud:
        cloud.add_faults({how: point})
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{cloud.url}/x", verify=trust)
        cloud.settle()
        assert httpx.get(f"{cloud.url}/x", verify=trust).status_code == 404
        assert cloud.traffic.connections == 2


def test_stopping_ends_connections_that_never_shook_hands(authority: Authority, trust: ssl.SSLContext) -> None:
    with Sandbox(tls=authority.good()) as cloud:
        silent = socket.create_connection(("127.0.0.1", int(cloud.url.rsplit(":", 1)[1])), timeout=10)
        # Connections are taken in order, so the silent one is in the sandbox's hands once another is served.
        assert httpx.get(f"{cloud.url}/x", verify=trust).status_code == 404
    assert silent.recv(1) == b""
    silent.close()
