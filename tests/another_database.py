"""Databases beside that of the tests, and commands on them in processes of their own."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from django.db import connection

ROOT = Path(__file__).parent.parent


def run(address, *arguments, **settings):
    environment = {**os.environ, "DATABASE_URL": address, "DEBUG": "on", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**environment, **settings}, capture_output=True, text=True, check=False
    )


@contextmanager
def an_empty_postgresql(template="template1"):
    """Its address, on the server of the tests; it is gone afterwards. With another template it is a copy of that."""
    address, question, options = os.environ["DATABASE_URL"].partition("?")
    name = f"move_{uuid4().hex[:8]}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        try:
            yield f"{address.rpartition('/')[0]}/{name}{question}{options}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def an_empty_database(directory):
    """Of the kind that the tests run on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{directory}/another.sqlite3"
    else:
        with an_empty_postgresql() as address:
            yield address
