"""Who may do what: every row of the access matrix, with and without htmx; see access_matrix.py for what it says."""

import re
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, get_resolver, reverse

from accounts.models import User
from tests.access_forms import form_for
from tests.access_matrix import ADMIN, PAGES, is_denied
from tests.access_world import SECRET, World

pytestmark = pytest.mark.django_db
SESSION = settings.SESSION_COOKIE_NAME
UNWATCHED = {"django_session", "shared_counts"}  # reading writes these: a session that lives on, a limit that counts
NEVER = {int: 10**9, str: "nowhere", UUID: UUID(int=1)}
ROWS = [*PAGES, *ADMIN]
HTMX = {"HX-Request": "true"}
TOKEN = re.compile(rb"[A-Za-z0-9]{64}")


def names_of(patterns, space=""):
    """Of every address; but two of the admin's have none, and only lead to others or say that there is no such page."""
    for pattern in patterns:
        if not isinstance(pattern, URLPattern):
            yield from names_of(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
        elif pattern.name:
            yield space + pattern.name


NAMES = sorted(set(names_of(get_resolver().url_patterns)))


@contextmanager
def undone():
    """Whatever happens in here has not happened."""
    atomic = transaction.atomic()
    atomic._from_testcase = True  # so that the app's own durable transactions may be within
    with atomic:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def school(django_db_setup, django_db_blocker):
    """The world, and how each of its people is logged in."""
    with django_db_blocker.unblock(), undone():
        yield School()


@pytest.fixture
def world(school, db):
    return school


class School(World):
    def __init__(self):
        super().__init__()
        self.keys, self.forms = {}, {}
        self.handlers = {checks: ClientHandler(enforce_csrf_checks=checks) for checks in (True, False)}
        for row in (PAGES[0], ADMIN[0]):
            for actor in [*row.answers, "dora"]:
                if actor != "visitor" and actor not in self.keys:
                    client = Client()
                    client.force_login(User.objects.get(pk=getattr(self, actor).pk))
                    self.keys[actor] = client.cookies[SESSION].value
        User.objects.filter(pk=self.dora.pk).update(is_active=False)
        self.before = all_rows()

    def client(self, actor, *, enforce_csrf_checks=False):
        client = Client()
        client.handler = self.handlers[enforce_csrf_checks]  # as on a server, the middleware is loaded once
        if actor != "visitor":
            client.cookies[SESSION] = self.keys[actor]
        return client

    def args(self, row):
        return [self.slot(name) for name in row.slots]

    def ask(self, actor, row, *, htmx=False, args=None, method=None):
        address = reverse(row.name, args=self.args(row) if args is None else args)
        method = method or row.method
        form = self.form(row) if method == "POST" else None
        return getattr(self.client(actor), method.lower())(address, form, headers=HTMX if htmx else {})

    def form(self, row):
        if row.method == "GET":
            return {}
        if row not in self.forms:
            is_change = row.name.startswith("admin:") and row.name.endswith("_change")
            page = self.client("sue").get(reverse(row.name, args=self.args(row))).text if is_change else ""
            self.forms[row] = form_for(row.name, self, page)
        return self.forms[row]


def in_word(response, *, htmx=False):
    """The answer as the table says it."""
    where = response.headers.get("HX-Redirect" if htmx and response.status_code == 401 else "Location", "")
    if response.status_code in (302, 401) and where.startswith("/accounts/login/?next="):
        return "login"
    if response.status_code in (302, 401) and where.startswith("/admin/login/?next="):
        return "login" if response.status_code == 401 else "door"
    if where == "/admin/" and response.wsgi_request.path not in ("/admin/login/", "/admin/logout/"):
        return "none"
    return str(response.status_code)


def all_rows():
    """Every row of every table, as text."""
    tables = sorted(set(connection.introspection.table_names()) - UNWATCHED)
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def heard(actor, response):
    """The answer in a word; to Oli and Otto, who have nothing to do with class A, nothing may be said of it."""
    content = b"" if response.streaming else response.content
    return "the secret" if actor in ("oli", "otto") and SECRET.encode() in content else in_word(response)


def by_htmx(row):
    """The actors that are asked about by htmx too: one for each answer that there is."""
    return {word: actor for actor, word in reversed(row.answers.items())}.values()


def answers(world, row, actors):
    """(plain answers, answers by htmx) of these actors."""
    plain = {actor: heard(actor, world.ask(actor, row)) for actor in actors}
    asked = [actor for actor in by_htmx(row) if actor in actors]
    return plain, {actor: in_word(world.ask(actor, row, htmx=True), htmx=True) for actor in asked}


def expected(row, actors):
    plain = {actor: row.answers[actor].split("/")[0] for actor in actors}
    return plain, {actor: row.answers[actor].split("/")[-1] for actor in by_htmx(row) if actor in actors}


every_row = pytest.mark.parametrize("row", ROWS, ids=str)


def test_every_address_is_in_the_table():
    assert [name for name in NAMES if name not in {row.name for row in ROWS}] == []
    assert [row.name for row in ROWS if row.name not in NAMES] == []


@every_row
def test_who_only_looks_or_is_refused_changes_nothing(world, row):
    actors = [actor for actor, word in row.answers.items() if row.method == "GET" or is_denied(word)]
    assert answers(world, row, actors) == expected(row, actors)
    assert (all_rows(), mail.outbox) == (world.before, [])


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "POST"], ids=str)
def test_who_may_do_it_can(world, row):
    may = [actor for actor, word in row.answers.items() if not is_denied(word)]
    asked = [(actor, False) for actor in may] + [(actor, True) for actor in by_htmx(row) if actor in may]
    for actor, htmx in asked:
        with undone():
            said = in_word(world.ask(actor, row, htmx=htmx), htmx=htmx)
        assert (actor, htmx, said) == (actor, htmx, row.answers[actor].split("/")[-1 if htmx else 0])


METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")
FIRST_ROWS = list({row.name: row for row in reversed(PAGES)}.values())
READ = {row.name for row in ADMIN if row.method == "GET"}
POSTS_ALONE = [row for row in ADMIN if row.name not in READ]


@pytest.mark.parametrize("row", FIRST_ROWS, ids=lambda row: row.name)
def test_other_methods_are_405(world, row):
    taken = {other.method for other in PAGES if other.name == row.name}
    if row.name.startswith(
        ("account_", "mfa_", "socialaccount_", "google_", "microsoft_")
    ):  # some of allauth's answer any method; a PUT is a POST by another name to them
        return
    actor = next((actor for actor, word in row.answers.items() if not is_denied(word)), "ada")
    wrong = [method for method in METHODS if method not in taken]
    found = {method: world.ask(actor, row, method=method).status_code for method in wrong}
    assert found == dict.fromkeys(wrong, 405)


@pytest.mark.parametrize("row", POSTS_ALONE, ids=lambda row: row.name)
def test_what_the_admin_takes_by_post_is_405_otherwise(world, row):
    actor = next(actor for actor, word in row.answers.items() if not is_denied(word))
    found = {method: world.ask(actor, row, method=method).status_code for method in METHODS if method != "POST"}
    assert found == {"GET": 405, "PUT": 405, "PATCH": 405, "DELETE": 405, "TRACE": 405}


@pytest.mark.parametrize("row", FIRST_ROWS, ids=lambda row: row.name)
def test_account_that_is_off_is_a_visitor(world, row):
    assert in_word(world.ask("dora", row)) == row.answers["visitor"]


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "GET"], ids=str)
def test_head_is_get_without_the_page_and_changes_nothing(world, row):
    if row.name == "admin:login":  # Django’s own takes it for a form, and shows it
        return
    if row.name in ("google_login", "microsoft_login"):  # allauth’s own takes it for the button, and leads there
        return
    actor = next((actor for actor, word in row.answers.items() if word == "200"), "sue")
    head = world.ask(actor, row, method="HEAD")
    assert (in_word(head), head.content) == (row.answers[actor], b"")
    assert all_rows() == world.before


def unknown_addresses(world, row):
    """The row's address with one thing after another that never was."""
    args = world.args(row)
    for place, arg in enumerate(args):
        yield [*args[:place], NEVER[type(arg)], *args[place + 1 :]]


@pytest.mark.parametrize("row", [row for row in ROWS if row.slots and "404" in row.answers.values()], ids=str)
def test_what_is_not_hers_is_answered_like_what_never_was(world, row):
    actor = next(actor for actor, word in row.answers.items() if word == "404")
    there = world.ask(actor, row)
    never = [world.ask(actor, row, args=args) for args in unknown_addresses(world, row)]
    seen = {(answer.status_code, TOKEN.sub(b"", answer.content)) for answer in [there, *never]}
    assert len(seen) == 1


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "POST"], ids=str)
def test_form_without_its_token_is_refused(world, row):
    if row.name in ("reminder_stop", "digest_stop"):  # a mail program has none: the signed address is the permission
        return
    actor = next((actor for actor, word in row.answers.items() if not is_denied(word)), "sue")
    client = world.client(actor, enforce_csrf_checks=True)
    response = client.post(reverse(row.name, args=world.args(row)), world.form(row))
    assert (response.status_code, all_rows() == world.before) == (403, True)
