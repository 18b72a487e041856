"""The sandbox of these tests, and callers with and without a token."""

from collections.abc import Iterator

import httpx
import pytest

from api_proxy.sandbox import Sandbox

from .steps import token_for


@pytest.fixture
def cloud() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def stranger(cloud: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=cloud.url, timeout=10) as client:
        yield client


@pytest.fixture
def client(stranger: httpx.Client) -> httpx.Client:
    stranger.headers["X-Auth-Token"] = token_for(stranger)
    return stranger
