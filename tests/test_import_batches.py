"""An import in the database: rows wait, become drafts in one transaction, and can be taken back as a whole."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from cards import desk
from cards.interchange import batches, importing
from cards.interchange.leftovers import csv_of_leftovers
from cards.interchange.rows import Reading
from cards.interchange.text import UnreadableError
from cards.models import Card, CardState, Deck, DeckTeacher, Flag, ImportBatch, Misconception, Note, ReviewLog
from tests.conftest import NOON, answer
from tests.factories import (
    CardFactory,
    CardStateFactory,
    DeckTeacherFactory,
    MotiveFactory,
    PickedDeckFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=24)
TWO_CARDS = "Who signed?\tMolotov\nWhen?\t23 August 1939\n"


@pytest.fixture
def mine():
    """A teacher's own deck: what ties her to it."""
    return DeckTeacherFactory(deck__slug="pact")


@pytest.fixture
def deck(mine):
    return mine.deck


def paste(mine: DeckTeacher, text=TWO_CARDS, now=NOON):
    return batches.make_batch(mine.deck, mine.user, batches.received_text(text), now=now)


def take(mine, text=TWO_CARDS, ticked=()):
    """Paste and import at once, with the changes of these lines ticked."""
    batch = paste(mine, text)
    batches.save_rows(batch, {}, dict.fromkeys(ticked, True))
    done = importing.import_batch(batch, now=NOON)
    batch.refresh_from_db()
    return batch, done


def review(student, card, now=NOON):
    """The card is published, and she answers it."""
    Card.objects.filter(pk=card.pk).update(status=Card.Status.PUBLISHED)
    Deck.objects.filter(pk=card.deck_id).update(in_library=True)
    PickedDeckFactory(user=student, deck=card.deck)
    answer(student, card, now=now)


def texts(deck):
    return list(deck.cards.order_by("position").values_list("front", "back"))


# waiting


def test_paste_alone_makes_no_card(mine, deck):
    batch = paste(mine)
    assert ([look.line for look in batches.looks_of(batch)], deck.cards.count()) == ([1, 2], 0)


def test_rows_wait_for_a_day(mine):
    paste(mine)
    assert ImportBatch.objects.alive(LATER - timedelta(seconds=1)).count() == 1
    assert (ImportBatch.objects.alive(LATER).count(), batches.clear_imports(now=LATER)) == (0, 1)


def test_new_batch_clears_what_waited_too_long(mine):
    paste(mine)
    newer = paste(mine, now=LATER)
    assert list(ImportBatch.objects.all()) == [newer]


def test_command_clears_what_waited_too_long(mine, capsys):
    paste(mine)
    call_command("clear_imports")
    assert (ImportBatch.objects.count(), capsys.readouterr().out[:9]) == (0, "1 imports")


def test_imported_batch_stays_without_its_rows(mine):
    batch, _done = take(mine, TWO_CARDS + "no back\n")
    batches.clear_imports(now=LATER)
    kept = ImportBatch.objects.get()
    assert (len(batch.rows), kept.rows, kept.text, kept.cards.count()) == (1, [], "", 2)


def test_more_than_twenty_waiting_are_refused(mine):
    for _ in range(20):
        paste(mine)
    with pytest.raises(UnreadableError, match="20 imports waiting"):
        paste(mine)


def test_discarded_rows_are_gone_and_imported_cards_are_not(mine, deck):
    batches.discard(paste(mine))
    done, _ = take(mine)
    batches.discard(done)
    assert (list(ImportBatch.objects.all()), deck.cards.count()) == ([done], 2)


# the look step


def test_mended_row_is_judged_anew(mine):
    batch = paste(mine, TWO_CARDS + "Why?\n")
    batches.save_rows(batch, {3: {"front": "Why?", "back": "Time"}}, {})
    assert [str(look.verdict) for look in batches.looks_of(batch)] == ["new"] * 3


def test_row_that_was_not_mended_keeps_its_problem(mine):
    batch = paste(mine, "front\tback\tsource\na\tb\tc\td\n")
    batches.save_rows(batch, {2: {"front": "a", "back": "b"}}, {})
    assert [str(look.verdict) for look in batches.looks_of(batch)] == ["problem"]


def test_text_is_read_anew_with_another_separator(mine):
    batch = paste(mine, "a;b,c\n")
    batches.read_anew(batch, Reading("comma", False, ["front", "back"]))
    batch.refresh_from_db()
    assert batches.looks_of(batch)[0].values["front"] == "a;b"


def test_tag_with_the_name_of_a_motive_is_known(mine):
    motive = MotiveFactory(name="Distrust of the West", code="distrust")
    batch = paste(mine, "front\tback\ttags\na\tb\tpact::distrust\nc\td\tdistrust of the west\n")
    assert [look.values["motive"] for look in batches.looks_of(batch)] == [motive, motive]


def test_teacher_says_what_a_tag_means(mine):
    motive = MotiveFactory(code="time")
    batch = paste(mine, "front\tback\ttags\na\tb\trearming\nc\td\ttime\n")
    batches.say_motives(batch, {"rearming": "time", "time": ""})
    batch.refresh_from_db()
    assert [look.values.get("motive") for look in batches.looks_of(batch)] == [motive, None]


# importing


def test_good_rows_become_drafts_and_bad_ones_are_kept(mine, deck):
    batch, done = take(mine, TWO_CARDS + "Why?\n")
    assert done == importing.Imported(new=2, changed=0, kept=1)
    assert texts(deck) == [("Who signed?", "Molotov"), ("When?", "23 August 1939")]
    assert set(deck.cards.values_list("status", "import_batch")) == {("draft", batch.pk)}


def test_new_cards_come_after_the_others_with_codes_of_the_deck(mine, deck):
    CardFactory(deck=deck, code="pact-007", position=4)
    take(mine, "code\tfront\tback\n\ta\tb\nmine-1\tc\td\npact-008\te\tf\n")
    assert list(deck.cards.order_by("position").values_list("code", "position")) == [
        ("pact-007", 4),
        ("pact-009", 5),
        ("mine-1", 6),
        ("pact-008", 7),
    ]


def test_row_that_was_left_out_is_not_imported(mine, deck):
    batch = paste(mine)
    batches.save_rows(batch, {}, {1: False})
    done = importing.import_batch(batch, now=NOON)
    assert (done.new, done.kept, texts(deck)) == (1, 1, [("When?", "23 August 1939")])


def test_second_click_imports_nothing(mine, deck):
    batch = paste(mine)
    clicks = [importing.import_batch(batch, now=NOON) for _ in range(2)]
    assert (clicks[0].new, clicks[1], deck.cards.count()) == (2, None, 2)


def test_same_file_twice_makes_no_duplicate(mine, deck):
    take(mine)
    _batch, again = take(mine)
    assert (again, deck.cards.count()) == (None, 2)


def test_nothing_said_after_the_import_has_an_effect(mine):
    batch, _done = take(mine)
    before = ImportBatch.objects.values().get()
    batches.save_rows(batch, {1: {"front": "x"}}, {1: False})
    batches.say_motives(batch, {"a": "b"})
    batches.read_anew(batch, Reading("comma", False, ["front", "back"]))
    assert ImportBatch.objects.values().get() == before


def test_change_is_made_only_when_it_was_ticked(mine, deck):
    card = CardFactory(deck=deck, front="Who signed?", back="Stalin")
    take(mine)
    assert deck.cards.get(pk=card.pk).back == "Stalin"
    _batch, done = take(mine, ticked=[1])
    assert (deck.cards.get(pk=card.pk).back, done.changed) == ("Molotov", 1)


def test_change_is_a_typo_no_schedule_is_touched(mine, deck, student):
    card = CardFactory(deck=deck, front="Who signed?", back="Stalin")
    CardStateFactory(card=card, user=student, repetitions=3)
    before = CardState.objects.values().get()
    take(mine, ticked=[1])
    after = deck.cards.get(pk=card.pk)
    assert (CardState.objects.values().get(), after.revised_at, after.status) == (before, None, "published")
    assert after.version == card.version + 1


def test_history_says_who_imported(mine, deck):
    CardFactory(deck=deck, front="Who signed?", back="Stalin")
    take(mine, ticked=[1])
    lines = Card.history.filter(history_user=mine.user).values_list("front", "history_type")
    assert sorted(lines) == [("When?", "+"), ("Who signed?", "~")]


def test_history_says_who_undid_it_and_when(mine, deck):
    batch, _done = take(mine)
    importing.undo_import(batch, now=LATER)
    gone = Card.history.filter(history_type="-").values_list("front", "history_user", "history_date")
    assert sorted(gone) == [("When?", mine.user.pk, LATER), ("Who signed?", mine.user.pk, LATER)]


def test_every_kind_of_value_is_stored(mine, deck):
    motive, wrong = MotiveFactory(code="time"), Misconception.objects.create(code="m1", wrong="x", fact="y")
    header = "front\tback\tmotive\tmisconception\tsource checked on\tmarks\tclaims\n"
    take(mine, header + "a\tb\ttime\tM1\t2026-11-23\t6\tS1\n")
    card = deck.cards.get()
    assert (card.motive, card.misconception, str(card.checked_on)) == (motive, wrong, "2026-11-23")
    assert (card.marks, card.claims) == (6, ["S1"])


# undo


def undone(batch):
    left = importing.undo_import(batch, now=LATER)
    batch.refresh_from_db()
    return left


def test_undo_takes_new_cards_away_and_gives_old_texts_back(mine, deck):
    motive = MotiveFactory(code="old")
    MotiveFactory(code="new")
    card = CardFactory(deck=deck, front="Who signed?", back="Stalin", motive=motive, checked_on="2026-11-01")
    header = "front\tback\tmotive\tsource checked on\n"
    batch, _done = take(mine, header + "Who signed?\tMolotov\tnew\t2026-11-20\na\tb\n", ticked=[2])
    assert (undone(batch), batch.undone_at, texts(deck)) == (0, LATER, [("Who signed?", "Stalin")])
    after = Card.objects.get(pk=card.pk)
    assert (after.motive, str(after.checked_on), after.version) == (motive, "2026-11-01", card.version + 2)


def test_undo_twice_is_undo_once(mine, deck):
    batch, _done = take(mine)
    assert [undone(batch), undone(batch), deck.cards.count()] == [0, None, 0]


def test_undo_leaves_a_card_that_was_edited_since(mine, deck):
    card = CardFactory(deck=deck, front="Who signed?", back="Stalin")
    batch, _done = take(mine, ticked=[1])
    Card.objects.filter(pk=card.pk).update(back="Molotov and Ribbentrop")
    assert (undone(batch), deck.cards.get().back) == (1, "Molotov and Ribbentrop")


def test_undo_leaves_a_new_card_that_was_edited_and_published_since(mine, deck):
    batch, _done = take(mine)
    card = deck.cards.first()
    card.back = "Molotov and Ribbentrop."
    card.save()
    desk.set_status(deck.cards.all(), Card.Status.PUBLISHED)
    assert importing.undoing(batch) == importing.Undoing(gone=1, restored=0, kept=1)
    assert (undone(batch), deck.cards.get()) == (1, card)


def test_undo_takes_new_cards_that_were_only_published_or_put_in_order(mine, deck):
    batch, _done = take(mine)
    desk.set_status(deck.cards.all(), Card.Status.PUBLISHED)
    order = list(desk.in_order(deck).values_list("pk", flat=True))
    desk.reorder(deck, order[0], place=2, opened=desk.fingerprint(order))
    assert (undone(batch), deck.cards.count()) == (0, 0)


def test_undo_leaves_a_new_card_without_a_line_of_history_to_compare(mine, deck):
    batch, _done = take(mine)
    deck.cards.first().history.all().delete()
    assert (undone(batch), deck.cards.count()) == (1, 1)


def test_undo_stops_once_a_student_has_reviewed_a_new_card(mine, deck, student):
    batch, _done = take(mine)
    review(student, deck.cards.first())
    with pytest.raises(importing.CannotUndoError, match="reviewed “Who signed"):
        undone(batch)
    assert (deck.cards.count(), ImportBatch.objects.get().undone_at) == (2, None)


@pytest.mark.django_db(transaction=True)
def test_student_who_is_quicker_than_undo_keeps_her_card(mine, deck, student, monkeypatch):
    batch, _done = take(mine)
    review(student, deck.cards.first())
    monkeypatch.setattr(importing, "_refuse_if_met", lambda *args: None)
    with pytest.raises(importing.CannotUndoError, match="just met"):
        undone(batch)
    assert (deck.cards.count(), ReviewLog.objects.count()) == (2, 1)


@pytest.mark.parametrize("trace", [Note, Flag])
def test_undo_takes_nothing_of_a_student_along(mine, deck, student, trace):
    batch, _done = take(mine)
    said = {"text": "Mine."} if trace is Note else {"reason": "Wrong?", "raised_at": NOON}
    trace.objects.create(user=student, card=deck.cards.first(), **said)
    with pytest.raises(importing.CannotUndoError):
        undone(batch)


def test_undo_of_a_change_stops_only_for_answers_since(mine, deck, student):
    card = CardFactory(deck=deck, front="Who signed?", back="Stalin")
    review(student, card, now=NOON - timedelta(hours=1))
    batch, _done = take(mine, ticked=[1])
    assert (undone(batch), ReviewLog.objects.count()) == (0, 1)
    batch, _done = take(mine, ticked=[1])
    review(UserFactory(), card, now=NOON + timedelta(hours=1))
    with pytest.raises(importing.CannotUndoError):
        undone(batch)


def test_past_imports_are_her_own_and_cost_one_query(mine, deck, student, django_assert_num_queries):
    take(mine, "a\tb\n")
    take(mine, "c\td\n")
    take(DeckTeacherFactory(deck=deck), "e\tf\n")
    review(student, deck.cards.get(front="a"))
    with django_assert_num_queries(1):
        past = list(importing.past_imports(deck, mine.user))
    assert sorted((batch.card_count, batch.is_reviewed) for batch in past) == [(1, False), (1, True)]


# rows that stay out


def test_leftovers_come_with_reasons_and_can_be_imported_once_mended(mine):
    batch = paste(mine, "front\tback\tsource\tmarks\na\tb\ts\tten\n=1\t\t\t\nc\td\t\t\n")
    table = csv_of_leftovers(batches.looks_of(batch))
    assert table.lstrip("\ufeff").splitlines() == [
        "front,back,source,marks,reason",
        'a,b,s,ten,"The marks are a whole number, such as 10."',
        "'=1,,,,It has no back: write the answer.",
    ]
    assert batches.received_text(table).rows[1].cells == {"front": "=1"}
