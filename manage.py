#!/usr/bin/env python
"""Django's command line for Groupflow."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # What a command prints is its answer; the log goes beside it.
    os.environ.setdefault("GROUPFLOW_LOG", "stderr")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
