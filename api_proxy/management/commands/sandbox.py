"""`manage.py sandbox`: the local stand-in for the cloud, until Ctrl-C."""

import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from api_proxy.sandbox import Sandbox, SandboxError


class Command(BaseCommand):
    help = "Answers as IAM and AOM would, on this machine, without an account. Ends on Ctrl-C; rules are kept."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        default_state = Path(getattr(settings, "VAR_DIR", Path.cwd() / "var")) / "sandbox.json"
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
        parser.add_argument("--port", type=int, default=8001, help="0 takes a free one (default %(default)s)")
        parser.add_argument("--state", type=Path, default=default_state, help="file that keeps the rules")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        try:
            with Sandbox(options["port"], options["state"], host=options["host"]) as cloud:
                self.stdout.write(f"Sandbox on {cloud.url}, rules kept in {options['state']}")
                self.stdout.flush()
                stop.wait()
        except SandboxError as error:
            raise CommandError(str(error)) from error
