"""``python -m catalogue update`` writes new messages into every catalogue and takes away those that nobody says any
more; ``python -m catalogue compile`` makes of each what the running project reads."""

import os
import sys

import django

from catalogue import files

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    match sys.argv[1:]:
        case ["compile"]:
            files.compile_all()
        case ["update"]:
            django.setup()
            from catalogue.found import messages

            for path, empty in files.update_all(messages()).items():
                print(f"{path}: {empty} to translate")
        case _:
            sys.exit("usage: python -m catalogue update | compile")
