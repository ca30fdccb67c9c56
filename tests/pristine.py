"""Copies of the tests' own database as it was before the first of them: to migrate anew takes seconds."""

import os
import sqlite3
from contextlib import closing, contextmanager

import psycopg
from django.db import connection

from tests.another_database import an_empty_database, an_empty_postgresql

PRISTINE = "_pristine"


def keep():
    """Call it when the tests' own database is made, and nothing is in it yet."""
    if connection.vendor == "sqlite":
        _copy(_name(), _name() + PRISTINE)
        return
    connection.close()
    with _server() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{_name()}{PRISTINE}"')  # what a killed run left
        server.execute(f'CREATE DATABASE "{_name()}{PRISTINE}" TEMPLATE "{_name()}"')


def forget():
    if connection.vendor == "sqlite":
        os.unlink(_name() + PRISTINE)
        return
    with _server() as server:
        server.execute(f'DROP DATABASE "{_name()}{PRISTINE}"')


@contextmanager
def copied(address, directory):
    """One as that at this address is now; nobody may be connected to that."""
    if connection.vendor == "sqlite":
        with an_empty_database(directory) as copy:
            _copy(address.removeprefix("sqlite:///"), copy.removeprefix("sqlite:///"))
            yield copy
        return
    with an_empty_postgresql(address.partition("?")[0].rpartition("/")[2]) as copy:
        yield copy


@contextmanager
def pristine(directory):
    """One that is migrated, and that nobody has written into."""
    with copied(address_of(_name() + PRISTINE), directory) as address:
        yield address


def _copy(source, target):
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


def _name():
    return str(connection.settings_dict["NAME"])


def _server():
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


def address_of(name):
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    address, question, options = os.environ["DATABASE_URL"].partition("?")
    return f"{address.rpartition('/')[0]}/{name}{question}{options}"
