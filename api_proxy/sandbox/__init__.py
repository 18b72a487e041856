"""A real HTTP stand-in for the cloud, for work without an account and for tests: strict about the contract.

`with Sandbox() as cloud:` serves on `cloud.url` until the block ends; `cloud.requests()` tells what it was asked.
"""

from .answers import DOMAIN_NAME, PASSWORD, PROJECT_ID, PROJECT_NAME, USER_NAME
from .server import Sandbox
from .store import SandboxError

__all__ = ["DOMAIN_NAME", "PASSWORD", "PROJECT_ID", "PROJECT_NAME", "USER_NAME", "Sandbox", "SandboxError"]
