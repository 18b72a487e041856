"""T1: nobody leads a call to where it should not go. Every door that takes a text is tried with hostile ones, and the
sockets that are opened meanwhile are counted where they are made."""

import socket
from collections.abc import Iterator
from ipaddress import IPv6Address
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api_proxy.aom import Aom
from api_proxy.endpoints import CLOUD_REGIONS, UnknownRegion, endpoints, is_loopback_origin
from api_proxy.models import Connection
from api_proxy.sandbox import DOMAIN_NAME, PROJECT_ID, USER_NAME
from api_proxy.transport import AddressRefused, Limits, Unreached, client
from api_proxy.wire import address_of, is_inside
from tests.api_proxy.conftest import Call, Upstream
from tests.conftest import Api

AOM = "aom.cn-north-4.myhuaweicloud.com"
LISTED = [f"https://{AOM}", "http://127.0.0.1:8001"]

URLS = [
    "http://169.254.169.254/openstack/latest/meta_data.json",
    "http://169.254.169.254:80/",
    "https://100.100.100.200/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://127.0.0.1/",
    "http://127.0.0.1:22/",
    "http://127.0.0.1:8002/",
    "https://127.0.0.1:8001/",
    "http://localhost:8001/",
    "http://LOCALHOST:8001/",
    "http://127.1:8001/",
    "http://127.0.1:8001/",
    "http://0:8001/",
    "http://0.0.0.0:8001/",
    "http://2130706433:8001/",
    "http://0x7f000001:8001/",
    "http://0x7f.0.0.1:8001/",
    "http://0177.0.0.1:8001/",
    "http://017700000001:8001/",
    "http://[::1]:8001/",
    "http://[::]:8001/",
    "http://[0:0:0:0:0:0:0:1]:8001/",
    "http://[::ffff:127.0.0.1]:8001/",
    "http://[::ffff:7f00:1]:8001/",
    "http://[::127.0.0.1]:8001/",
    "http://[64:ff9b::7f00:1]:8001/",
    "http://[2002:7f00:1::]:8001/",
    "http://[fe80::1%25lo]:8001/",
    "http://①②⑦.⓪.⓪.①:8001/",
    "http://127。0。0。2:8001/",
    "http://user@127.0.0.1:8001/",
    "http://user:word@127.0.0.1:8001/",
    f"https://{AOM}@127.0.0.1/",
    f"https://{AOM}:443@127.0.0.1/",
    f"https://user:word@{AOM}/",
    f"https://127.0.0.1#@{AOM}/",
    f"https://127.0.0.1?@{AOM}/",
    f"https://127.0.0.1\\@{AOM}/",
    f"https://127.0.0.1%00.{AOM}/",
    f"https://127.0.0.1%2f.{AOM}/",
    f"https://{AOM}.example.com/",
    f"https://{AOM}.127.0.0.1.nip.io/",
    f"https://{AOM}./",
    f"https://x.{AOM}/",
    f"https://evil{AOM}/",
    f"https://{AOM}evil.com/",
    f"https://{AOM}%2eexample.com/",
    f"https://{AOM}。example.com/",
    f"https://{AOM}:8443/",
    f"https://{AOM}:80/",
    f"https://{AOM}:22/",
    f"https://{AOM}:0/",
    f"https://{AOM}:65536/",
    f"http://{AOM}/",
    f"http://{AOM}:443/",
    f"ftp://{AOM}/",
    f"file://{AOM}/etc/passwd",
    "file:///etc/passwd",
    f"gopher://{AOM}:70/_x",
    f"ws://{AOM}/",
    f"//{AOM}/",
    "https:///",
    "https://:443/",
    "https://aom.cn-north-4.myhuaweicloud.corn/",
    "https://aom.cn-north-4.myhuaweiсloud.com/",
    "https://xn--aom-.cn-north-4.myhuaweicloud.com/",
    "https://myhuaweicloud.com/",
    "https://iam.cn-north-4.myhuaweicloud.com/",
    "http://unix:/var/run/docker.sock:/",
]
REGIONS = [
    "",
    "sandbox ",
    "Sandbox",
    "CN-NORTH-4",
    "cn-north-4.example.com/",
    "cn-north-4#",
    "cn-north-4?",
    "cn-north-4/..",
    "cn-north-4@127.0.0.1",
    "127.0.0.1:8001/",
    "x@127.0.0.1/",
    "evil.com/?",
    "cn-north-4\r\nHost: evil",
    "cn-north-4%00",
    "ｃn-north-4",
]
PROJECTS = [
    "",
    "..",
    "../../v3/auth/tokens",
    PROJECT_ID.upper().replace("0", "A"),
    PROJECT_ID[:-1],
    PROJECT_ID + "0",
    PROJECT_ID + "\n",
    PROJECT_ID[:-1] + "/",
    PROJECT_ID[:-3] + "%2f",
    PROJECT_ID[:-1] + "?",
    PROJECT_ID[:-1] + "#",
    PROJECT_ID[:-1] + "０",
    PROJECT_ID[:-2] + "\r\n",
]
ENTERPRISE_PROJECTS = ["all_granted_eps", "0\r\nX-Auth-Token: x", "..", "0 ", "０", "0" * 36, "A" * 36]
RULE_NAMES = ["..", "%2e%2e", "a%2fb", "a?b", "a#b", "a b", "a%0d%0aHost:x", "http:%2f%2fevil", "a" * 101]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """What was asked of the network: the sockets that were made, and the names that were to be resolved."""
    asked: list[object] = []
    original = socket.socket.__init__

    def make(self: socket.socket, *args: Any, **kwargs: Any) -> None:
        asked.append(args)
        original(self, *args, **kwargs)

    def resolve(host: str, *args: Any, **kwargs: Any) -> None:
        asked.append(host)
        raise OSError("nothing is resolved here")

    monkeypatch.setattr(socket.socket, "__init__", make)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    yield asked


def test_t01_there_are_enough_hostile_texts() -> None:
    assert len(set(URLS)) >= 60


@pytest.mark.parametrize("url", URLS)
def test_t01_no_hostile_address_is_called(url: str, made: list[object]) -> None:
    with client(LISTED) as http, pytest.raises((AddressRefused, httpx.InvalidURL, UnicodeError)) as caught:
        http.put(url, content=b"{}")
    assert made == []
    assert "word" not in str(caught.value)


@pytest.mark.parametrize("url", [url for url in URLS if not url.startswith("http://127.0.0.1:")])
def test_t01_no_hostile_address_becomes_the_sandbox(url: str, settings: Any) -> None:
    settings.SANDBOX_URL = url
    if is_loopback_origin(url):
        address = address_of(httpx.URL(endpoints("sandbox").aom).host.replace("localhost", "127.0.0.1"))
        assert address is not None
        assert address.is_loopback
    else:
        with pytest.raises(UnknownRegion):
            endpoints("sandbox")


@pytest.mark.parametrize(
    ("member", "text"),
    [
        *(("region", text) for text in REGIONS + URLS),
        *(("project_id", text) for text in PROJECTS),
        *(("enterprise_project_id", text) for text in ENTERPRISE_PROJECTS),
    ],
)
def test_t01_no_hostile_text_becomes_part_of_a_connection(
    api: Any, settings: Any, made: list[object], member: str, text: str
) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:8001"
    admin: Api = api("admin")
    body = {"name": "a", "region": "cn-north-4", "project_id": PROJECT_ID, "iam_domain": "d", "iam_user": "u"}
    answer = admin.post("/api/connections/", {**body, member: text})
    assert answer.status_code == 400, answer.content
    assert not Connection.objects.exists()
    assert made == []


@pytest.mark.parametrize("name", RULE_NAMES)
def test_t01_no_hostile_name_of_a_rule_goes_out(
    api: Any, connection: Connection, cloud: Any, made: list[object], name: str
) -> None:
    admin: Api = api("admin")
    assert admin.delete(f"/api/connections/{connection.id}/group-rules/{name}/").status_code in (301, 404)
    assert made == []


@pytest.mark.parametrize("text", PROJECTS)
def test_t01_no_hostile_project_becomes_part_of_a_path(text: str) -> None:
    with client(LISTED) as http, pytest.raises(ValueError, match="32 hex digits"):
        Aom(http, LISTED[0], text)


def test_t01_a_stored_region_that_left_the_catalogue_is_not_called(db: None, api: Any, made: list[object]) -> None:
    stored = Connection.objects.create(
        name="old", region="x@127.0.0.1/", project_id=PROJECT_ID, iam_domain=DOMAIN_NAME, iam_user=USER_NAME
    )
    admin: Api = api("admin")
    assert admin.post(f"/api/connections/{stored.id}/test/", {}).status_code == 409
    assert made == []


def test_t01_a_name_that_leads_elsewhere_the_second_time_is_refused_at_connect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rebinding: the resolver gives an outside address first, then this machine's."""
    with Upstream(lambda call: call.answer("204 No Content")) as upstream:
        port = int(upstream.url.rpartition(":")[2])
        answers = iter(["192.0.2.1", "127.0.0.1"])
        asked: list[str] = []

        def resolve(host: str, *args: Any, **kwargs: Any) -> list[Any]:
            asked.append(next(answers))
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (asked[-1], port))]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        origin = f"https://{AOM}:{port}"
        with client([origin], limits=Limits(connect=0.2, read=0.2, total=0.5)) as http:
            with pytest.raises(Unreached):
                http.put(origin)
            with pytest.raises(AddressRefused, match="inside this machine") as caught:
                http.put(origin)
    assert asked == ["192.0.2.1", "127.0.0.1"]
    assert caught.value.applied is False
    assert upstream.calls == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["100.100.100.200"],
        ["0.0.0.0"],
        ["224.0.0.1"],
        ["::1"],
        ["fe80::1"],
        ["fd00:ec2::254"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["192.0.2.1", "127.0.0.1"],
    ],
    ids=str,
)
def test_t01_a_name_that_leads_inside_is_refused_before_a_socket_is_made(
    addresses: list[str], made: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    with client(LISTED) as http, pytest.raises(AddressRefused, match="inside this machine"):
        http.put(LISTED[0])
    assert made == []


def test_t01_localhost_has_to_be_this_machine(monkeypatch: pytest.MonkeyPatch, made: list[object]) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    with client(["http://localhost:8001"]) as http, pytest.raises(AddressRefused):
        http.put("http://localhost:8001/")
    assert made == []


@pytest.mark.parametrize("origin", ["http://192.0.2.1", "http://10.0.0.1:8001", f"http://{AOM}"])
def test_t01_plain_http_goes_nowhere_but_to_this_machine_even_where_it_is_listed(
    origin: str, made: list[object]
) -> None:
    with client([origin]) as http, pytest.raises(AddressRefused):
        http.put(origin)
    assert made == []


def test_t01_a_redirect_inside_is_not_followed() -> None:
    with Upstream(lambda call: call.answer("204 No Content")) as inside:

        def act(call: Call) -> None:
            call.read()
            call.answer("302 Found", b"", f"Location: {inside.url}/")

        with Upstream(act) as upstream, client([upstream.url]) as http:
            assert http.get(upstream.url).status_code == 302
    assert inside.calls == []


@given(st.ip_addresses(v=4, network="127.0.0.0/8") | st.ip_addresses(v=4, network="169.254.0.0/16"))
def test_t01_whatever_spelling_in_ipv6_an_inside_address_stays_inside(address: Any) -> None:
    number = int(address)
    for spelling in (number, number | 0xFFFF << 32, number | 0x0064_FF9B << 96, number << 80 | 0x2002 << 112):
        assert is_inside(IPv6Address(spelling))
    assert is_inside(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="100.125.0.0/16"))
@example(address_of("192.168.0.5"))
def test_t01_the_addresses_of_vpc_endpoints_and_of_the_clouds_own_services_are_outside(address: Any) -> None:
    assert not is_inside(address)


def test_t01_the_catalogue_holds_nothing_else() -> None:
    for region in CLOUD_REGIONS:
        for origin in (endpoints(region).iam, endpoints(region).aom):
            url = httpx.URL(origin)
            assert (url.scheme, url.port, url.path) == ("https", None, "/")
            assert url.host.endswith(f".{region}.myhuaweicloud.com")
