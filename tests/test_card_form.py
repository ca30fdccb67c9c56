"""A card's form in the admin: two editors, a slip or another meaning, the preview beside it, its history."""

from datetime import timedelta

import pytest
import time_machine
from django.forms import model_to_dict
from django.urls import reverse

from cards.forms.teach import CardForm
from cards.interchange import batches, importing
from cards.models import Card, CardState
from cards.replay import find_damage
from tests.conftest import NOON, TODAY, answer
from tests.factories import (
    AssignmentFactory,
    CardFactory,
    DeckTeacherFactory,
    MembershipFactory,
    MotiveFactory,
    TeacherFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher():
    return TeacherFactory(time_zone="UTC")


@pytest.fixture
def card(teacher):
    return CardFactory(deck=DeckTeacherFactory(user=teacher).deck, motive=None, front="Why 1939?", back="To win time.")


@pytest.fixture
def desk_client(client, teacher):
    client.force_login(teacher)
    return client


@pytest.fixture
def learner(student, card):
    """A student who has passed the card twice: seven days ago, and six days ago."""
    MembershipFactory(user=student, school_class=AssignmentFactory(deck=card.deck).school_class)
    answer(student, card, now=NOON - timedelta(days=7))
    answer(student, card, version=1, now=NOON - timedelta(days=6))
    return student


def fields(card, **changes):
    names = ("code", "kind", "status", "position", "level", "front", "back", "why", "source", "actor")
    return {"deck": card.deck_id, "opened": card.version, **{name: getattr(card, name) for name in names}, **changes}


def save(client, card, **changes):
    with time_machine.travel(NOON, tick=False):
        return client.post(reverse("admin:cards_card_change", args=[card.pk]), fields(card, **changes), follow=True)


def errors(response):
    return response.context["adminform"].form.errors if "adminform" in response.context else {}


# two editors


def test_second_editor_overwrites_nothing_and_sees_both_texts(desk_client, card):
    save(desk_client, card, back="To gain time.")
    page = save(desk_client, card, back="To get land.")
    assert Card.objects.get(pk=card.pk).back == "To gain time."
    assert [clash[1:] for clash in page.context["adminform"].form.clashes] == [("To gain time.", "To get land.")]


def test_second_editor_saves_once_she_has_compared(desk_client, card):
    save(desk_client, card, back="To gain time.")
    page = save(desk_client, card, back="To get land.")
    opened = page.context["adminform"].form["opened"].value()
    save(desk_client, card, back="To get land.", opened=opened)
    assert Card.objects.get(pk=card.pk).back == "To get land."


def _sent(card):
    return {name: value for name, value in model_to_dict(card).items() if value not in (None, [])}


def test_editor_who_was_a_moment_later_is_held_against_what_is_stored(card):
    opened = Card.objects.get(pk=card.pk)  # by her request, before the other one is through
    Card.objects.filter(pk=card.pk).update(back="To gain time.", version=opened.version + 1)
    form = CardForm({**_sent(card), "back": "To get land.", "opened": opened.version}, instance=opened)
    assert (form.is_valid(), form["opened"].value()) == (False, str(opened.version + 1))
    assert [clash[1:] for clash in form.clashes] == [("To gain time.", "To get land.")]


@pytest.mark.parametrize("opened", ["", "x", "-1", str(10**30)])
def test_form_without_its_version_is_not_saved(desk_client, card, opened):
    save(desk_client, card, back="Other.", opened=opened)
    assert Card.objects.get(pk=card.pk).back == "To win time."


@pytest.mark.parametrize("wrong", ["zz", "-1", str(10**30), "٣", "1 OR 1"])
@pytest.mark.parametrize("field", ["motive", "misconception"])
def test_motive_that_is_none_is_a_field_error(desk_client, card, field, wrong):
    response = save(desk_client, card, back="Other.", **{field: wrong})
    assert (response.status_code, list(errors(response))) == (200, [field])
    assert Card.objects.get(pk=card.pk).back == "To win time."


def test_motives_are_found_in_their_order(desk_client):
    names = [MotiveFactory(position=position, name=name).name for position, name in ((2, "B"), (1, "C"), (1, "A"))]
    query = {"app_label": "cards", "model_name": "card", "field_name": "motive"}
    found = desk_client.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [row["text"] for row in found] == [names[2], names[1], names[0]]


# a slip, or another meaning


def test_change_of_a_learned_card_must_say_what_it_is(desk_client, card, learner):
    assert list(errors(save(desk_client, card, back="To gain time."))) == ["change"]


def test_slip_changes_no_date(desk_client, card, learner):
    before = CardState.objects.values().get()
    save(desk_client, card, back="To gain time.", change="typo")
    assert (Card.objects.get(pk=card.pk).back, CardState.objects.values().get()) == ("To gain time.", before)


def test_another_meaning_is_asked_tomorrow_and_keeps_the_memory(desk_client, card, learner):
    before = CardState.objects.get()
    save(desk_client, card, back="To gain land.", change="meaning")
    after = CardState.objects.get()
    tomorrow = TODAY + timedelta(days=1)
    assert (after.revised_on, after.due_on, after.version) == (
        tomorrow,
        min(tomorrow, before.due_on),
        before.version + 1,
    )
    assert (after.memory, after.sm2_due_on, list(find_damage())) == (before.memory, before.sm2_due_on, [])


def test_another_meaning_says_how_many_are_asked(desk_client, card, learner):
    response = save(desk_client, card, back="To gain land.", change="meaning")
    assert "1 student is asked it again tomorrow." in [str(message) for message in response.context["messages"]]


def test_student_who_only_met_it_keeps_her_dates(desk_client, card, student):
    MembershipFactory(user=student, school_class=AssignmentFactory(deck=card.deck).school_class)
    answer(student, card, now=NOON - timedelta(days=1))
    save(desk_client, card, back="To gain land.", change="meaning")
    assert (Card.objects.get(pk=card.pk).back, CardState.objects.get().revised_on) == ("To gain land.", None)


def test_nobody_is_asked_about_a_card_that_nobody_has_learned(desk_client, card, student):
    MembershipFactory(user=student, school_class=AssignmentFactory(deck=card.deck).school_class)
    answer(student, card, now=NOON - timedelta(days=1))
    save(desk_client, card, back="To gain land.")
    assert Card.objects.get(pk=card.pk).back == "To gain land."


def test_student_is_shown_what_changed_until_she_has_answered(client, desk_client, card, learner):
    save(desk_client, card, back="To gain land.", change="meaning")
    client.force_login(learner)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        page = client.get(reverse("review"))
        assert ("It said before:" in page.text, "To win time." in page.text) == (True, True)
        answer(learner, card, version=CardState.objects.get().version, now=NOON + timedelta(days=1))
    assert CardState.objects.get().unseen_revision == {}


def test_who_missed_two_changes_is_shown_both_and_who_missed_one_that_one(desk_client, card, learner):
    save(desk_client, card, front="Why in August 1939?", change="meaning")
    between = CardState(card=card, answered_at=NOON + timedelta(hours=1))
    with time_machine.travel(NOON + timedelta(hours=2), tick=False):
        card.refresh_from_db()
        sent = fields(card, back="To gain land.", change="meaning")
        desk_client.post(reverse("admin:cards_card_change", args=[card.pk]), sent)
    card.refresh_from_db()
    assert CardState.objects.get().unseen_revision == {"front": "Why 1939?", "back": "To win time."}
    assert between.unseen_revision == {"back": "To win time."}


def test_who_learned_the_first_of_three_texts_is_shown_that(desk_client, card, learner):
    for back in ("To gain land.", "To share Poland."):
        card.refresh_from_db()
        save(desk_client, card, back=back, change="meaning")
    assert CardState.objects.get().unseen_revision == {"back": "To win time."}


def test_text_that_is_as_it_was_is_not_shown_as_changed(desk_client, card, learner):
    for back in ("To gain land.", "To win time."):
        card.refresh_from_db()
        save(desk_client, card, back=back, change="meaning")
    assert CardState.objects.get().unseen_revision == {}


def test_last_change_of_the_text_is_said_to_be_another_meaning_afterwards(desk_client, card, learner):
    save(desk_client, card, back="To gain land.", change="typo")
    card.refresh_from_db()
    save(desk_client, card, change="meaning")
    state = CardState.objects.get()
    assert (state.unseen_revision, state.revised_on) == ({"back": "To win time."}, TODAY + timedelta(days=1))


def test_change_by_an_import_is_said_to_be_another_meaning_afterwards(desk_client, teacher, card, learner):
    received = batches.received_text(f"code\tfront\tback\n{card.code}\tWhy 1939?\tTo gain land.\n")
    batch = batches.make_batch(card.deck, teacher, received, now=NOON)
    batches.save_rows(batch, {}, {look.line: True for look in batches.looks_of(batch)})
    assert importing.import_batch(batch, now=NOON).changed == 1
    card.refresh_from_db()
    save(desk_client, card, change="meaning")
    assert CardState.objects.get().unseen_revision == {"back": "To win time."}


def test_meaning_of_a_text_that_never_changed_is_refused_in_a_sentence(desk_client, card, learner):
    page = save(desk_client, card, change="meaning")
    assert errors(page) == {"change": ["Its text has never been changed, so there is nothing to say this of."]}


def test_nobody_is_asked_about_a_card_that_nobody_has_met(desk_client, card):
    save(desk_client, card, back="To gain time.")
    assert Card.objects.get(pk=card.pk).back == "To gain time."


def test_change_of_another_field_is_not_asked_about(desk_client, card, learner):
    save(desk_client, card, why="It shows what he feared.")
    assert Card.objects.get(pk=card.pk).why == "It shows what he feared."


# sources, codes, history, preview


def test_published_card_needs_a_source(desk_client, card):
    assert list(errors(save(desk_client, card, source=""))) == ["source"]


def test_new_card_gets_a_code_and_the_last_place(desk_client, card):
    new = fields(card, code="", position="", front="Who?", opened="")
    desk_client.post(reverse("admin:cards_card_add"), new)
    made = Card.objects.latest("pk")
    assert (made.code, made.position) == (f"{card.deck.slug}-2", card.position + 1)


def test_first_card_stays_the_first_when_it_is_changed(desk_client, card):
    save(desk_client, card, back="To gain time.", position=0)
    assert Card.objects.get(pk=card.pk).position == 0


def test_history_names_who_changed_what(desk_client, teacher, card):
    card.history.update(history_date=NOON - timedelta(days=1))
    save(desk_client, card, back="To gain time.")
    change = card.history.get(history_type="~")
    assert (change.history_user, change.back) == (teacher, "To gain time.")
    page = desk_client.get(reverse("admin:cards_card_history", args=[card.pk])).text
    assert ("<del>To win time.</del>" in page, "<ins>To gain time.</ins>" in page) == (True, True)


def test_live_preview_shows_what_is_written_and_saves_nothing(desk_client, card):
    motive = MotiveFactory(name="Buying time")
    written = fields(card, front="Why then?", motive=motive.pk)
    page = desk_client.post(reverse("admin:cards_card_live_preview"), written)
    assert ("Why then?" in page.text, "Buying time" in page.text, Card.objects.get().front) == (True, True, "Why 1939?")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "cloze"}, "exactly one blank"),
        ({"kind": "choice"}, "at least two options"),
        ({"kind": "explain"}, "at least one claim"),
    ],
)
def test_live_preview_says_what_is_lacking(desk_client, card, changes, sentence):
    page = desk_client.post(reverse("admin:cards_card_live_preview"), fields(card, **changes))
    assert (page.status_code, sentence in page.text) == (200, True)


def test_live_preview_of_nothing_is_a_page(desk_client):
    assert desk_client.post(reverse("admin:cards_card_live_preview"), {}).status_code == 200


def test_live_preview_may_stand_in_a_frame_of_ours_only(desk_client, card):
    page = desk_client.post(reverse("admin:cards_card_live_preview"), fields(card))
    policy = page["Content-Security-Policy"]
    assert (page["X-Frame-Options"], "frame-ancestors 'self'" in policy) == ("SAMEORIGIN", True)


def test_live_preview_is_not_for_students(client, student):
    client.force_login(student)
    assert client.post(reverse("admin:cards_card_live_preview"), {}).status_code == 302
