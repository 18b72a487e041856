"""The app as some other machine would serve it from the same file: an entry for gunicorn, and a command line.

What tells machines apart is read from the kernel, and a test has one of them: MACHINE (boot:machine:name) stands for
it.
"""

import os
import sys

import django

from config import machine

_here = machine.Machine(*os.environ["MACHINE"].split(":"))
machine.here = lambda: _here  # type: ignore[assignment]

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", *sys.argv[1:]])
else:
    django.setup()
    from config import hosts

    hosts.PAUSE = float(os.environ.get("PAUSE", hosts.PAUSE))  # type: ignore[misc]
    from config.wsgi import application as application
