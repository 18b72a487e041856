"""Where the cloud answers: a fixed catalogue of regions. No address ever comes from a request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from editor.flow.say import mark, say

SANDBOX: Final = "sandbox"
#: The regions where AOM answers, as the vendor's SDK lists them.
CLOUD_REGIONS: Final = (
    "cn-north-1",
    "cn-north-2",
    "cn-north-4",
    "cn-north-9",
    "cn-north-11",
    "cn-north-12",
    "cn-east-2",
    "cn-east-3",
    "cn-east-4",
    "cn-east-5",
    "cn-south-1",
    "cn-south-2",
    "cn-southwest-2",
    "cn-southwest-3",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "af-south-1",
    "af-north-1",
    "ae-ad-1",
    "me-east-1",
    "tr-west-1",
    "la-south-2",
    "la-north-2",
    "sa-brazil-1",
    "na-mexico-1",
    "my-kualalumpur-1",
    "ru-northwest-2",
    "ru-moscow-1",
)
#: Where COC answers: three hosts for the whole cloud, by the regions that the vendor's SDK lists them under.
COC_ORIGINS: Final[Mapping[str, str]] = {
    "cn-north-4": "https://coc.myhuaweicloud.com",
    "ap-southeast-3": "https://coc-intl.myhuaweicloud.com",
    "eu-west-101": "https://coc-eu-west-101-open-api.myhuaweicloud.eu",
}


class UnknownRegion(Exception):
    """The catalogue has no such region (any more); ``known`` are those it has."""

    def __init__(self, region: str, known: Sequence[str]) -> None:
        text = mark("There is no region {region} here. Choose one of: {choices}.")
        super().__init__(say(text, region=repr(region), choices=", ".join(known)))


@dataclass(frozen=True)
class Endpoints:
    """The origins of one region, without a slash at the end."""

    iam: str
    aom: str


def regions() -> tuple[str, ...]:
    """The regions a connection may name; the sandbox comes first, where the settings know one."""
    return (SANDBOX, *CLOUD_REGIONS) if is_loopback_origin(settings.SANDBOX_URL) else CLOUD_REGIONS


def endpoints(region: str) -> Endpoints:
    """Where ``region`` answers. Raises UnknownRegion."""
    if region not in regions():
        raise UnknownRegion(region, regions())
    if region == SANDBOX:
        origin = settings.SANDBOX_URL.rstrip("/")
        return Endpoints(iam=origin, aom=origin)
    return Endpoints(*(f"https://{service}.{region}.myhuaweicloud.com" for service in ("iam", "aom")))


def coc_regions() -> tuple[str, ...]:
    """The regions under which COC may be named; the sandbox comes first, where the settings know one."""
    return (SANDBOX, *COC_ORIGINS) if is_loopback_origin(settings.SANDBOX_URL) else tuple(COC_ORIGINS)


def coc_origin(region: str) -> str:
    """Where COC answers for ``region``. Raises UnknownRegion."""
    if region not in coc_regions():
        raise UnknownRegion(region, coc_regions())
    return str(settings.SANDBOX_URL).rstrip("/") if region == SANDBOX else COC_ORIGINS[region]


def is_loopback_origin(url: str) -> bool:
    """Whether ``url`` is plain http to this machine and nothing more: no user, path, query or fragment."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme == "http" and port != 0 and _is_bare(parts) and _is_loopback(parts.hostname or "")


def _is_bare(parts: SplitResult) -> bool:
    return parts.path in ("", "/") and not parts.query and not parts.fragment and "@" not in parts.netloc


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
