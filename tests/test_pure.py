"""Which tests run on SQLite alone: none that could say anything else on another database."""

from importlib import import_module

import pytest

from tests.pure import _speaks_of_one, meets_a_database


@pytest.mark.django_db
def test_that_is_marked_meets_one(request):
    assert meets_a_database(request.node) is True


def test_that_asks_for_rows_meets_one(request, student):
    assert meets_a_database(request.node) is True


def test_that_starts_processes_or_has_a_helper_that_does_meets_one():
    names = ["test_sealing", "test_drill", "test_school_logins", "test_wording", "test_sm2"]
    found = {name: _speaks_of_one(import_module(f"tests.{name}")) for name in names}
    assert [name for name in names if not found[name]] == ["test_wording", "test_sm2"]
