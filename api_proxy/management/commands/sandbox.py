"""`manage.py sandbox`: the local stand-in for the cloud, until Ctrl-C."""

import os
import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from api_proxy.sandbox import Key, Sandbox, SandboxError


class Command(BaseCommand):
    help = "Answers as IAM and AOM would, on this machine, without an account. Ends on Ctrl-C; rules are kept."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        default_state = Path(getattr(settings, "VAR_DIR", Path.cwd() / "var")) / "sandbox.json"
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
        parser.add_argument("--port", type=int, default=8001, help="0 takes a free one (default %(default)s)")
        parser.add_argument("--state", type=Path, default=default_state, help="file that keeps the rules")
        parser.add_argument(
            "--memory", action="store_true", help="keep the rules in memory alone: faster, gone at the end"
        )
        parser.add_argument(
            "--keys",
            default=os.environ.get("SANDBOX_KEYS", ""),
            help="access keys beside the one that is always there: AK:SK or AK:SK:SECURITY_TOKEN, parted by blanks "
            "(default: the environment's SANDBOX_KEYS)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        state = None if options["memory"] else options["state"]
        keys = [read_key(word) for word in options["keys"].split()]
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        try:
            with Sandbox(options["port"], state, host=options["host"], keys=keys) as cloud:
                self.stdout.write(f"Sandbox on {cloud.url}, rules kept in {state or 'memory'}")
                self.stdout.flush()
                stop.wait()
        except SandboxError as error:
            raise CommandError(str(error)) from error


def read_key(word: str) -> Key:
    """The key of ``AK:SK`` or ``AK:SK:SECURITY_TOKEN``; CommandError, which repeats no secret, for anything else."""
    parts = word.split(":", 2)
    if len(parts) < 2 or not all(parts):
        raise CommandError("A key is written AK:SK or AK:SK:SECURITY_TOKEN, keys are parted by blanks.")
    access_key, secret_key, *token = parts
    return Key(access_key, secret_key, token[0] if token else None)
