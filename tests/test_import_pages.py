"""The three pages of an import: whose they are, what they cost, and what they say to anything that can be sent."""

import re
from time import thread_time
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cards.interchange import batches
from cards.models import Card, ImportBatch
from tests.conftest import NOON
from tests.factories import CardFactory, DeckFactory, DeckTeacherFactory, MotiveFactory, TeacherFactory, UserFactory
from tests.test_import_batches import review

pytestmark = pytest.mark.django_db
STEPS = ["look", "rows", "reading", "motives", "finish", "left", "undo", "discard"]
ROWS = "Who signed?\tMolotov\nWhen?\t23 August 1939\nWhy?\n"
HEADER = "front\tback\tsource\n"


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


def url(deck, step=None, batch=None):
    if step is None:
        return reverse("admin:cards_deck_import_cards", args=[deck.pk])
    return reverse(f"admin:cards_deck_import_{step}", args=[deck.pk, batch.pk if batch else uuid4()])


def paste(client, deck, text=ROWS):
    client.post(url(deck), {"text": text})
    return ImportBatch.objects.latest("made_at")


def send(client, deck, data, name="cards.csv"):
    return client.post(url(deck), {"file": SimpleUploadedFile(name, data)})


def said(response):
    """The sentences beside a bad field."""
    return [error for errors in response.context["form"].errors.values() for error in errors]


def totals(response):
    return response.context["sentences"]


# the way through


def test_paste_leads_to_the_look_step(teacher_client, deck):
    response = teacher_client.post(url(deck), {"text": ROWS}, follow=True)
    assert next(template.name for template in response.templates) == "admin/cards/deck/import_look.html"
    assert totals(response) == [
        "2 rows are new cards.",
        "1 row has a problem and stays out until it is mended.",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_file_is_read(teacher_client, deck, encoding):
    assert send(teacher_client, deck, "“Why”?,Über\n".encode(encoding)).status_code == 302
    assert ImportBatch.objects.get().rows[0]["cells"] == {"front": "“Why”?", "back": "Über"}


def test_import_makes_drafts_and_says_so(teacher_client, deck):
    batch = paste(teacher_client, deck)
    response = teacher_client.post(url(deck, "finish", batch), follow=True)
    assert response.context["summary"] == ["2 new cards, as drafts."]
    assert (response.context["kept"], deck.cards.count()) == (1, 2)


def test_page_leads_to_the_new_cards_alone(teacher_client, deck):
    CardFactory(deck=deck)
    batch = paste(teacher_client, deck)
    page = teacher_client.post(url(deck, "finish", batch), follow=True).text
    address = re.search(r'href="([^"]+import_batch[^"]+)"', page).group(1)
    shown = teacher_client.get(address).context["cl"].result_list
    assert sorted(card.front for card in shown) == ["When?", "Who signed?"]


def test_second_click_leads_to_the_same_page(teacher_client, deck):
    batch = paste(teacher_client, deck)
    clicks = [teacher_client.post(url(deck, "finish", batch), follow=True) for _ in range(2)]
    assert [click.context["summary"] for click in clicks] == [["2 new cards, as drafts."]] * 2
    assert (deck.cards.count(), [str(message) for message in clicks[1].context["messages"]]) == (2, [])


def test_nothing_to_import_is_said(teacher_client, deck):
    batch = paste(teacher_client, deck, "Why?\n")
    response = teacher_client.post(url(deck, "finish", batch), follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "There is no row to import yet. Mend one, or tick one."
    ]


def test_rows_are_mended_and_left_out_on_their_page(teacher_client, deck):
    batch = paste(teacher_client, deck)
    form = {"front-3": "Why?", "back-3": "Time", "box": ["1", "2"], "take": ["2"], "page": "1"}
    response = teacher_client.post(url(deck, "rows", batch), form, follow=True)
    taken = [row["look"].is_taken for row in response.context["rows"]]
    assert (totals(response), taken) == (["3 rows are new cards."], [False, True, True])


def test_import_keeps_what_was_written_on_the_page_before(teacher_client, deck):
    batch = paste(teacher_client, deck)
    form = {"front-3": "Why?", "back-3": "Line one\r\nline two", "box": ["1", "2"], "take": ["2"]}
    teacher_client.post(url(deck, "finish", batch), form)
    assert set(deck.cards.values_list("front", "back")) == {
        ("When?", "23 August 1939"),
        ("Why?", "Line one\nline two"),
    }


def test_htmx_gets_the_one_row_and_the_totals(teacher_client, deck):
    batch = paste(teacher_client, deck)
    form = {"front-3": "Why?", "back-3": "Time", "row": "3"}
    response = teacher_client.post(url(deck, "rows", batch), form, headers={"HX-Request": "true"})
    ids = re.findall(r' id="([^"]+)"', response.text)
    assert (ids, "<html" in response.text) == (["row-3", "why-3", "act-3", "totals", "finish", "finish-below"], False)


@pytest.mark.parametrize(("show", "lines"), [("", [1, 2, 3]), ("problem", [3]), ("changes", [1]), ("bad", [1, 2, 3])])
def test_filter_is_in_the_address(teacher_client, deck, show, lines):
    CardFactory(deck=deck, front="Who signed?", back="Stalin")
    batch = paste(teacher_client, deck)
    response = teacher_client.get(url(deck, "look", batch), {"show": show})
    assert [row["look"].line for row in response.context["rows"]] == lines


def test_only_what_could_be_better_can_be_shown(teacher_client, deck):
    batch = paste(teacher_client, deck, f"{HEADER}a\tb\tFRUS\nList them\tc\tFRUS\n")
    response = teacher_client.get(url(deck, "look", batch), {"show": "warnings"})
    assert [row["look"].line for row in response.context["rows"]] == [3]


@pytest.mark.parametrize(
    ("form", "query"),
    [
        ({"page": "2", "show": "problem"}, "?show=problem&page=2"),
        ({"page": "2", "show": ["problem", ""]}, ""),
        ({"page": "2", "show": ["", "changes"]}, "?show=changes"),
        ({"page": "1", "show": "", "to": "2"}, "?page=2"),
        ({"page": "1", "show": "//evil"}, "?page=1"),
    ],
)
def test_saving_goes_on_where_she_wants(teacher_client, deck, form, query):
    batch = paste(teacher_client, deck)
    response = teacher_client.post(url(deck, "rows", batch), form)
    assert response["Location"] == url(deck, "look", batch) + query


def test_all_changes_can_be_ticked_at_once(teacher_client, deck):
    for front in ("Who signed?", "When?"):
        CardFactory(deck=deck, front=front, back="?")
    batch = paste(teacher_client, deck)
    response = teacher_client.post(url(deck, "rows", batch), {"all": "changes", "box": ["1", "2"]}, follow=True)
    assert response.context["taken"] == 2


def test_other_separator_reads_the_text_anew(teacher_client, deck):
    batch = paste(teacher_client, deck, "a;b,c\n")
    response = teacher_client.post(url(deck, "reading", batch), {"separator": "comma"}, follow=True)
    assert (totals(response), response.context["reading"].separator) == (["1 row is a new card."], "comma")


def test_columns_are_what_the_teacher_says(teacher_client, deck):
    batch = paste(teacher_client, deck, "a\tb\tc\n")
    form = {"separator": "tab", "column-0": "back", "column-1": "", "column-2": "front"}
    response = teacher_client.post(url(deck, "reading", batch), form, follow=True)
    assert response.context["rows"][0]["look"].values == {"front": "c", "back": "a", "kind": "basic"}


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"separator": "tab", "column-0": "back"}, "Say which column is the front."),
        (
            {"separator": "tab", "column-0": "front", "column-1": "front"},
            "Two columns can’t be the same part of a card.",
        ),
        ({"separator": "tab", "header": "on", "column-0": "front"}, "There is no row in it."),
    ],
)
def test_reading_that_makes_no_sense_is_refused(teacher_client, deck, form, sentence):
    batch = paste(teacher_client, deck, "a\tb\n")
    response = teacher_client.post(url(deck, "reading", batch), form)
    errors = response.context["reading_form"].non_field_errors()
    assert (response.status_code, errors[0][: len(sentence)]) == (422, sentence)


def test_teacher_confirms_what_their_words_mean(teacher_client, deck):
    motive = MotiveFactory(code="time")
    batch = paste(teacher_client, deck, "front\tback\ttags\na\tb\trearming\n")
    response = teacher_client.post(url(deck, "motives", batch), {"tag-0": "time"}, follow=True)
    assert response.context["rows"][0]["look"].values["motive"] == motive
    assert teacher_client.post(url(deck, "motives", batch), {"tag-0": "x"}).status_code == 400


def test_rows_that_stay_out_can_be_downloaded(teacher_client, deck):
    batch = paste(teacher_client, deck)
    response = teacher_client.get(url(deck, "left", batch))
    assert response.text == "\ufefffront,back,reason\r\nWhy?,,It has no back: write the answer.\r\n"
    assert response["Content-Disposition"] == 'attachment; filename="pact-left-out.csv"'


def test_import_is_undone_from_the_list(teacher_client, deck):
    batch = paste(teacher_client, deck)
    teacher_client.post(url(deck, "finish", batch))
    assert "Undo this import" in teacher_client.get(url(deck)).text
    response = teacher_client.post(url(deck, "undo", batch), follow=True)
    assert (deck.cards.count(), "undone on" in response.text) == (0, True)


def test_page_before_undo_says_how_many_go_and_changes_nothing(teacher_client, deck):
    batch = paste(teacher_client, deck)
    teacher_client.post(url(deck, "finish", batch))
    deck.cards.first().history.all().delete()  # to look like one that was worked on
    page = teacher_client.get(url(deck, "undo", batch)).text
    sentences = ("1 new card is deleted.", "1 card has been edited since and stays as it is.")
    assert ([sentence in page for sentence in sentences], deck.cards.count()) == ([True, True], 2)


def test_page_before_undo_of_what_is_undone_leads_back(teacher_client, deck):
    batch = paste(teacher_client, deck)
    teacher_client.post(url(deck, "finish", batch))
    teacher_client.post(url(deck, "undo", batch))
    assert teacher_client.get(url(deck, "undo", batch)).url == url(deck, "look", batch)


def test_row_that_is_swapped_keeps_the_id_of_what_was_pressed(teacher_client, deck):
    batch = paste(teacher_client, deck, "Why?\n")
    before = teacher_client.get(url(deck, "look", batch)).text
    mended = {"row": "1", "front-1": "Why?", "back-1": "Time."}
    after = teacher_client.post(url(deck, "rows", batch), mended, headers={"HX-Request": "true"}).text
    assert ['<button class="button" id="act-1"' in before, '<input type="checkbox" id="act-1"' in after] == [True, True]


def test_import_that_stays_says_why(teacher_client, deck):
    batch = paste(teacher_client, deck)
    teacher_client.post(url(deck, "finish", batch))
    review(UserFactory(), deck.cards.first())
    response = teacher_client.post(url(deck, "undo", batch), follow=True)
    assert "A student has reviewed “Who signed?” already" in str(next(iter(response.context["messages"])))
    assert (deck.cards.count(), "Undo this import" in response.text) == (2, False)


def test_rows_are_thrown_away(teacher_client, deck):
    batch = paste(teacher_client, deck)
    teacher_client.post(url(deck, "discard", batch))
    assert (ImportBatch.objects.count(), teacher_client.get(url(deck, "look", batch)).status_code) == (0, 404)


def test_rows_of_yesterday_are_gone_with_a_sentence(teacher_client, mine, deck):
    batch = batches.make_batch(deck, mine.user, batches.received_text(ROWS), now=NOON.replace(year=2020))
    response = teacher_client.get(url(deck, "look", batch))
    assert (response.status_code, "Rows wait for a day" in response.text) == (404, True)


# whose


@pytest.mark.parametrize("step", [None, *STEPS])
def test_without_log_in_nothing_opens(client, deck, step):
    response = client.post(url(deck, step))
    assert (response.status_code, reverse("account_login") in response["Location"]) == (302, True)


def answers_of(client, deck, batch):
    """What each address says to somebody who may not import."""
    pages = [client.get(url(deck)), client.post(url(deck), {"text": ROWS})]
    pages += [getattr(client, method)(url(deck, step, batch)) for step in STEPS for method in ("get", "post")]
    return {response.status_code for response in pages}


def test_foreign_teacher_finds_no_deck(client, teacher_client, deck):
    batch = paste(teacher_client, deck)
    client.force_login(TeacherFactory())
    assert answers_of(client, deck, batch) == {404, 405}
    assert ImportBatch.objects.count() == 1


def test_library_deck_and_deck_to_look_at_are_not_hers_to_import_into(client, mine):
    looking = DeckTeacherFactory(user=mine.user, can_edit=False).deck
    client.force_login(mine.user)
    for deck in (looking, DeckFactory()):
        batch = batches.make_batch(deck, mine.user, batches.received_text(ROWS), now=NOON)
        assert answers_of(client, deck, batch) == {403, 405}


def test_student_and_staff_without_permission_are_kept_out(client, deck):
    client.force_login(UserFactory())
    assert client.get(url(deck)).status_code == 302
    staff = DeckTeacherFactory(deck=deck, user=UserFactory(is_staff=True)).user
    client.force_login(staff)
    assert client.get(url(deck)).status_code == 403


def test_batch_is_not_the_co_teachers(client, teacher_client, deck):
    batch = paste(teacher_client, deck)
    client.force_login(DeckTeacherFactory(deck=deck).user)
    statuses = {
        getattr(client, method)(url(deck, step, batch)).status_code for step in STEPS for method in ("get", "post")
    }
    assert (client.get(url(deck)).status_code, statuses) == (200, {404, 405})


def test_batch_belongs_to_its_deck(teacher_client, mine, deck):
    batch = paste(teacher_client, deck)
    other = DeckTeacherFactory(user=mine.user).deck
    assert teacher_client.post(url(other, "finish", batch)).status_code == 404
    assert Card.objects.count() == 0


# what it costs


def test_pages_cost_the_same_for_few_and_many_rows(teacher_client, deck, django_assert_num_queries):
    few, many = paste(teacher_client, deck, "a\tb\n"), paste(teacher_client, deck, "c\td\n" * 60)
    CardFactory.create_batch(3, deck=deck)
    for batch in (few, many):
        with django_assert_num_queries(9):
            teacher_client.get(url(deck, "look", batch))


def test_list_of_imports_costs_the_same_for_one_and_three(teacher_client, deck, django_assert_max_num_queries):
    for text in ("a\tb", "c\td", "e\tf"):
        teacher_client.post(url(deck, "finish", paste(teacher_client, deck, text)))
        paste(teacher_client, deck)
        with django_assert_max_num_queries(9):
            teacher_client.get(url(deck))


def test_getting_a_page_writes_nothing(teacher_client, deck):
    batch = paste(teacher_client, deck)
    before = list(ImportBatch.objects.values())
    for address in (url(deck), url(deck, "look", batch), url(deck, "left", batch)):
        teacher_client.get(address)
    assert (list(ImportBatch.objects.values()), Card.objects.count()) == (before, 0)


# what is refused

# The two seconds are of work: other tests may keep the machine busy.
BAD = {
    "nothing": ({}, 400, "Paste your cards, or choose a file."),
    "blank": ({"text": " \n\t"}, 400, "Paste your cards, or choose a file."),
    "empty file": ({"file": ("a.csv", b"")}, 400, "The file is empty."),
    "picture": ({"file": ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")}, 415, "This file is no text that can be read."),
    "workbook": ({"file": ("a.xlsx", b"PK\3\4")}, 415, "This kind of file can’t be read."),
    "NUL": ({"file": ("a.csv", b"a,b\0")}, 415, "This file is no text that can be read."),
    "too many rows": ({"text": "a\tb\n" * 5001}, 400, "That is more than 5,000 cards."),
    "wide": ({"text": "a\tb\n" + "a\t" * 60}, 400, "Line 2 has more than 50 columns."),
    "header only": ({"text": "front\tback"}, 400, "There is no row in it."),
    "large paste": ({"text": "a\tb\n" * 250_001}, 413, "That is more than 1 MB of text. Save it as a file and choose"),
    "large file": ({"file": ("a.csv", b"a,b\n" * 2_500_001)}, 413, "The file is larger than 10 MB."),
    "many short lines": ({"file": ("a.csv", b"\n" * 9_999_999)}, 400, "There is no row in it."),
    "one long line": ({"file": ("a.csv", b'"' * 9_999_999)}, 400, "Line 1 has more than 20,000 characters"),
}


@pytest.mark.parametrize(("form", "status", "sentence"), BAD.values(), ids=BAD)
def test_bad_paste_gets_a_sentence_at_once(teacher_client, deck, form, status, sentence):
    sent = {key: SimpleUploadedFile(*value) if key == "file" else value for key, value in form.items()}
    started = thread_time()
    response = teacher_client.post(url(deck), sent)
    assert (response.status_code, said(response)[0][: len(sentence)]) == (status, sentence)
    assert (ImportBatch.objects.count(), thread_time() - started < 2) == (0, True)


@pytest.mark.parametrize("size", [1_100_001, 11_100_001])
def test_too_much_text_is_refused_with_a_sentence(teacher_client, deck, size):
    response = teacher_client.post(url(deck), {"text": "a\tb\n" * (size // 4)})
    assert (response.status_code, "send at most 1 MB of text, or a file of 10 MB" in response.text) == (413, True)


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "9" * 5000])
def test_length_of_a_request_that_is_no_size_is_refused(client, length):
    response = client.post("/accounts/login/", {}, CONTENT_LENGTH=length)
    assert response.status_code in (400, 413)


def test_large_file_to_any_page_is_refused_unread(client):
    response = client.post("/accounts/login/", {"file": SimpleUploadedFile("a", b"x" * 11_100_001)})
    assert response.status_code == 413


NONSENSE = [
    {"front-99999999999": "x"},
    {"front-2": "x" * 5000, "back-2": ""},
    {"box": "x", "take": "²"},
    {"box": "²"},
    {"page": "-1", "to": "9" * 50},
    {"row": "x"},
    {"nonsense-1": "x", "deck-1": "2", "kind-1": "x"},
]


@pytest.mark.parametrize("form", NONSENSE)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_nonsense_about_rows_is_no_fault_of_ours(teacher_client, deck, form, headers):
    batch = paste(teacher_client, deck)
    response = teacher_client.post(url(deck, "rows", batch), form, headers=headers)
    assert response.status_code == 302
    assert teacher_client.get(response["Location"]).status_code == 200


def test_cell_that_is_too_long_to_mend_here_says_so(teacher_client, deck):
    batch = paste(teacher_client, deck, "a\t" + "b" * 5000)
    response = teacher_client.get(url(deck, "look", batch))
    assert ("It is too long to be mended here." in response.text, response.context["rows"][0]["fields"]) == (True, [])


def test_markup_is_shown_as_text(teacher_client, deck):
    batch = paste(teacher_client, deck, "<script>alert(1)</script>\t<b>x</b>\n<i>\n")
    page = teacher_client.get(url(deck, "look", batch)).text
    assert ("<script>alert" in page, "&lt;script&gt;alert" in page, "<i>" in page) == (False, True, False)
