"""Presses of Import and Undo at the same instant: one counts."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from cards.interchange import batches, importing
from cards.models import Card
from tests.conftest import NOON
from tests.factories import DeckTeacherFactory

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


def at_once(press):
    """What each of several threads gets that press at the same instant."""
    ready = Barrier(AT_ONCE)

    def one(_number):
        try:
            ready.wait(20)
            return press()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, range(AT_ONCE)))


@pytest.fixture
def batch():
    mine = DeckTeacherFactory()
    received = batches.received_text("".join(f"Question {number}?\tAnswer\n" for number in range(30)))
    return batches.make_batch(mine.deck, mine.user, received, now=NOON)


def test_import_counts_once_and_so_does_undo(batch):
    done = at_once(lambda: importing.import_batch(batch, now=NOON))
    assert [one for one in done if one] == [importing.Imported(new=30, changed=0, kept=0)]
    assert Card.objects.count() == 30
    batch.refresh_from_db()
    left = at_once(lambda: importing.undo_import(batch, now=NOON))
    assert ([one for one in left if one is not None], Card.objects.count()) == ([0], 0)


def test_several_batches_into_one_deck_never_give_a_code_twice(batch):
    text = "".join(f"Other {number}?\tAnswer\n" for number in range(30))
    others = [
        batches.make_batch(
            batch.deck, batch.user, batches.received_text(text.replace("Other", f"Other {number}")), now=NOON
        )
        for number in range(AT_ONCE)
    ]
    waiting = iter(others)
    done = at_once(lambda: importing.import_batch(next(waiting), now=NOON))
    assert ([one.new for one in done], Card.objects.count()) == ([30] * AT_ONCE, 30 * AT_ONCE)
