"""Databases that processes of their own work on."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """DATABASE_URL of an empty database of the kind that the tests run on: a file in ``folder``, or one that is dropped
    in the end."""
    engine = settings.DATABASES["default"]
    if "postgresql" not in engine["ENGINE"]:
        yield f"sqlite:///{folder / 'groupflow.sqlite3'}"
        return
    where = {"host": engine["HOST"], "port": engine["PORT"], "user": engine["USER"], "password": engine["PASSWORD"]}
    name = f"groupflow_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            login = f"{where['user']}:{where['password']}" if where["password"] else where["user"]
            yield f"postgres://{login}@{where['host']}:{where['port']}/{name}"
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
