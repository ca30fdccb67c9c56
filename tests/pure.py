"""Which tests have to do with a database; one that has not says the same on each, and runs on SQLite alone.

pytest-django lets no test near the database that does not ask for it. What goes past Django, in a process of its own
or by a driver, is known by its words: rather one too many is thought to meet a database.
"""

import inspect
import re
from functools import cache
from importlib import import_module

from django.test import SimpleTestCase

ASKS = {"db", "transactional_db", "django_db_setup", "live_server", "_django_db_helper"}
WORDS = re.compile(r"subprocess|psycopg|connection|vendor|cluster|DATABASE|gunicorn|Server|db_blocker")
IMPORTS = re.compile(r"^from tests import (.+)$", re.MULTILINE)
MODULES = re.compile(r"^from (tests\.[\w.]+) import", re.MULTILINE)


def meets_a_database(item):
    return bool(
        item.get_closest_marker("django_db")
        or item.get_closest_marker("only_on")
        or ASKS & set(item.fixturenames)
        or (item.cls and issubclass(item.cls, SimpleTestCase))
        or _speaks_of_one(item.module)
    )


@cache
def _speaks_of_one(module):
    source = inspect.getsource(module)
    return bool(WORDS.search(source)) or any(map(_speaks_of_one, _helpers(source)))


def _helpers(source):
    """The modules of the tests that this one imports; what all tests have from conftest is a fixture."""
    names = [f"tests.{name}" for line in IMPORTS.findall(source) for name in line.split(", ")]
    names += MODULES.findall(source)
    return [import_module(name) for name in names if name != "tests.conftest"]
