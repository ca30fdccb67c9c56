"""Figures are read from the copy of the database, answers never."""

import pytest
from django.urls import get_resolver

from cards.models import Card
from pactcards.replica import VIEWS, ReplicaMiddleware, ReplicaRouter

pytestmark = pytest.mark.django_db


def database_of(rf, student, name, method="get"):
    """From which database a view of this name reads."""
    request = getattr(rf, method)("/")
    request.user = student
    request.resolver_match = type("Match", (), {"view_name": name})()
    found = []
    middleware = ReplicaMiddleware(lambda request: _view(middleware, request, found))
    middleware(request)
    return found


def _view(middleware, request, found):
    middleware.process_view(request, None, (), {})
    found.append(ReplicaRouter().db_for_read(Card))


def test_figures_are_read_from_the_copy_and_answers_are_not(rf, student):
    names = ("stats", "school_class", "review", "review_answer", "home")
    assert [database_of(rf, student, name) for name in names] == [["replica"]] * 2 + [["default"]] * 3


def test_next_request_of_the_same_thread_starts_anew(rf, student):
    database_of(rf, student, "stats")
    assert ReplicaRouter().db_for_read(Card) == "default"


def test_everything_is_written_to_the_first_database():
    router = ReplicaRouter()
    assert (router.db_for_write(Card), router.allow_migrate("replica", "cards")) == ("default", False)


def test_every_page_of_the_list_exists():
    assert [name for name in VIEWS if not get_resolver().reverse_dict.getlist(name)] == []
