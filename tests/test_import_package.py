"""An Anki package through the same look step as a paste."""

from time import thread_time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cards.interchange import batches, importing
from cards.models import Card, ImportBatch
from tests.conftest import NOON
from tests.factories import DeckTeacherFactory, MotiveFactory
from tests.hostile import CORPUS
from tests.packages import BASIC, CLOZE, middle_package, new_package, old_package, zipped

pytestmark = pytest.mark.django_db
NOTES = [
    ("a", BASIC, "pact::time leech", ["Why?", "To win <b>time</b>.<img src='a.jpg'>"]),
    ("b", CLOZE, "", ["Stalin needed {{c1::time}}.", "More"]),
]


@pytest.fixture
def mine():
    return DeckTeacherFactory(deck__slug="pact")


@pytest.fixture
def deck(mine):
    return mine.deck


@pytest.fixture
def teacher_client(client, mine):
    client.force_login(mine.user)
    return client


def drop(client, deck, data, name="deck.apkg"):
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("admin:cards_deck_import_cards", args=[deck.pk]), {"file": file}, follow=True)


def take(mine, data, *, ticked=()):
    """Drop the file and import, with the changes of these lines ticked."""
    batch = batches.make_batch(mine.deck, mine.user, batches.received_file("deck", data), now=NOON)
    batches.save_rows(batch, {}, dict.fromkeys(ticked, True))
    return importing.import_batch(batch, now=NOON)


@pytest.mark.parametrize("package", [old_package, middle_package, new_package])
def test_package_is_looked_at_like_a_paste(teacher_client, deck, package):
    response = drop(teacher_client, deck, package(*NOTES))
    assert response.context["sentences"] == ["2 rows are new cards."]
    assert response.context["package"][0] == "This package has 2 notes."
    assert "reading" not in response.context


def test_package_becomes_drafts(mine, deck):
    take(mine, old_package(*NOTES))
    assert set(deck.cards.values_list("kind", "front", "back", "status")) == {
        ("basic", "Why?", "To win **time**.", "draft"),
        ("cloze", "Stalin needed {{time}}.", "time", "draft"),
    }


def test_tag_with_the_code_of_a_motive_is_shown_and_can_be_corrected(teacher_client, deck):
    motive = MotiveFactory(code="time")
    page = drop(teacher_client, deck, old_package(*NOTES))
    batch = ImportBatch.objects.get()
    initial = {field.label: field.initial for field in page.context["motives_form"]}
    assert initial == {"pact::time": "time", "leech": ""}
    address = reverse("admin:cards_deck_import_motives", args=[deck.pk, batch.pk])
    page = teacher_client.post(address, {"tag-0": "", "tag-1": "time"}, follow=True)
    assert page.context["rows"][0]["look"].values["motive"] == motive


def test_same_note_with_another_text_changes_its_card(mine, deck):
    take(mine, old_package(NOTES[0]))
    changed = ("a", BASIC, "", ["Why did he?", "To win <b>time</b>."])
    assert take(mine, old_package(changed), ticked=[1]) == importing.Imported(new=0, changed=1, kept=0)
    assert deck.cards.get().front == "Why did he?"


def test_note_that_is_no_card_can_be_mended(mine):
    received = batches.received_package(old_package(("a", CLOZE, "", ["{{c1::One}} and {{c1::two}}.", ""])))
    batch = batches.make_batch(mine.deck, mine.user, received, now=NOON)
    look = batches.looks_of(batch)[0]
    assert (str(look.verdict), list(look.problems)) == ("problem", [""])
    assert look.problems[""][:33] == "This card has more than one blank"
    batches.save_rows(batch, {1: {"front": "{{One}} and two.", "back": "One"}}, {})
    assert str(batches.looks_of(batch)[0].verdict) == "new"


def test_package_is_not_read_with_another_separator(teacher_client, deck):
    drop(teacher_client, deck, old_package(*NOTES))
    batch = ImportBatch.objects.get()
    address = reverse("admin:cards_deck_import_reading", args=[deck.pk, batch.pk])
    assert teacher_client.post(address, {"separator": "comma"}).status_code == 302
    assert ImportBatch.objects.get().rows == batch.rows


def test_what_no_database_holds_is_left_out(mine, deck):
    take(mine, old_package(("a", BASIC, "a\0b", ["Why\0?", "Time"])))
    assert deck.cards.get().front == "Why?"


@pytest.mark.parametrize("data", CORPUS.values(), ids=CORPUS)
def test_hostile_package_gets_a_sentence_at_once(teacher_client, deck, data):
    data = data() if callable(data) else data
    started = thread_time()
    response = drop(teacher_client, deck, data)
    assert thread_time() - started < 2
    assert response.status_code in (400, 413)
    assert response.status_code == 413 or response.context["form"].errors["file"]
    assert (ImportBatch.objects.count(), Card.objects.count()) == (0, 0)


def test_other_archive_is_refused(teacher_client, deck):
    response = drop(teacher_client, deck, zipped({"[Content_Types].xml": "x"}), name="a.csv")
    assert (response.status_code, ImportBatch.objects.count()) == (400, 0)
