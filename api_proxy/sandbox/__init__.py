"""A real HTTP stand-in for the cloud, for work without an account and for tests: strict about the contract.

`with Sandbox() as cloud:` serves on `cloud.url` until the block ends; `cloud.requests()` tells what it was asked.
"""

from .answers import ACCESS_KEY, DOMAIN_NAME, PASSWORD, PROJECT_ID, PROJECT_NAME, SECRET_KEY, USER_NAME
from .server import Sandbox
from .signatures import Key
from .store import SandboxError

__all__ = [
    "ACCESS_KEY",
    "DOMAIN_NAME",
    "PASSWORD",
    "PROJECT_ID",
    "PROJECT_NAME",
    "SECRET_KEY",
    "USER_NAME",
    "Key",
    "Sandbox",
    "SandboxError",
]
