"""A school in SQLite with a row of nearly every kind, and every odd text there is: made once, though several use it."""

import json
import os
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import NamedTuple

from django.db import connection

from tests.another_database import run
from tests.pristine import pristine

MADE = """
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", verbosity=0, skip_checks=True)
call_command("make_school", students=12, cards=20, reviews=900)
from accounts.login_codes import FIRST_GOOD_FOR, make_cards
from cards.models import CardState, ExamDate, Misbelief, PickedDeck
from tests.a_school_of_payloads import school
from tests.factories import DeckFactory
DeckFactory.reset_sequence(1000)
found = school()
who, card, now = found["student"], found["cards"][0], timezone.now()
CardState.objects.filter(user=who).delete()  # without answers
make_cards([who], now=now, good_for=FIRST_GOOD_FOR)
about = ContentType.objects.get_for_model(card)
LogEntry.objects.create(user=who, content_type=about, object_id=card.pk, object_repr="x", action_flag=2)
ExamDate.objects.create(user=who, deck=found["deck"], exam_on=now.date())
Misbelief.objects.create(user=who, card=card, said_at=now)
PickedDeck.objects.create(user=who, deck=found["deck"])
who.user_permissions.add(about.permission_set.first())
who.socialaccount_set.create(provider="google", uid="1")
who.emailaddress_set.create(email="a@school.example")
who.authenticator_set.create(type="totp", data={"z": "ü", "aa": [1, None]})
SessionStore().create()
cache.set("tries", 7, 3600)
cache.set("others", ["ü", None], 3600)
"""
NEVER_KEPT = {"account.EmailConfirmation", "socialaccount.SocialApp", "socialaccount.SocialToken"}
# New rows begin after those that have come.
SOUND = """
from django.core.management import call_command
call_command("check_reviews")
from accounts.models import User
from cards.models import Deck
print(User.objects.create(username="new").pk > 1, Deck.objects.create(title="New", slug="new").pk > 1)
"""


class Made(NamedTuple):
    address: str
    written: Path  # by dump_school


def made(tmp_path_factory):
    """By the first worker of pytest-xdist that asks; the others wait for it."""
    own = tmp_path_factory.getbasetemp()
    directory = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "a-school-of-everything"
    directory.mkdir(exist_ok=True)
    with (directory / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (directory / "school.jsonl").exists():
            _make(directory)
    return Made(f"sqlite:///{directory}/another.sqlite3", directory / "school.jsonl")


def _make(directory):
    address = f"sqlite:///{directory}/another.sqlite3"
    if connection.vendor == "sqlite":
        with pristine(directory) as address:  # not migrated anew
            pass
    code = f"{MADE}\ncall_command('dump_school', '{directory}/school.jsonl')"
    done = run(address, "shell", "--no-imports", "-v0", "-c", code)
    assert done.returncode == 0, done.stderr


def counts_in(written):
    """How many rows of each model the file has."""
    return json.loads(written.read_bytes().partition(b"\n")[0])["school"]["counts"]
