"""What shows nothing and turns the line round is no part of a name or a text, however it comes in."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from cards import formatting
from cards.interchange.fields import stored
from cards.models import Card, Note
from pactcards import middleware
from tests.factories import CardFactory

TURNED = "a\u202eb\u2066c\u200bd\ufeff"


def test_form_drops_it(student_client, deck):
    card = deck.cards.first()
    student_client.post(reverse("card_note", args=[card.pk]), {"text": TURNED + " שלום\u200f e"})
    assert Note.objects.get().text == "abcd שלום\u200f e"


def test_form_with_a_file_drops_it(rf):
    seen = []
    request = rf.post("/", {"name": TURNED, "more": ["x", TURNED]})
    middleware.PlainInputMiddleware(lambda request: seen.append(dict(request.POST)))(request)
    assert seen == [{"name": ["abcd"], "more": ["x", "abcd"]}]


def test_import_drops_it():
    assert [stored(name, TURNED) for name in ("front", "section", "options")] == ["abcd", "abcd", ["abcd"]]


@pytest.mark.parametrize(
    "sign", [chr(code) for code in (*range(1, 32), *range(127, 160), *range(0x2000, 0x2070), 0xFEFF, 0xFFF9)]
)
def test_forms_and_files_drop_the_same(sign):
    assert middleware.UNSEEN.sub("", sign) == formatting.cleaned(sign)


def test_cards_of_before_look_as_they_did(db):
    texts = {"front": "*Why* [1]?", "back": "- 2 * 3\n- [w](https://a.org)", "source": "p. 7", "options": ["*a*", "b"]}
    card = CardFactory(**texts, points=[{"sort": "claim", "text": "**c**"}], kind="choice", answer="*a*")
    import_module("cards.migrations.0013_texts_as_they_stood").escape_signs(apps, connection.schema_editor())
    now = Card.objects.get(pk=card.pk)
    assert {name: getattr(now, name) for name in texts} == {
        "front": "\\*Why\\* \\[1]?",
        "back": "\\- 2 * 3\n\\- \\[w](https://a.org)",
        "source": "p. 7",
        "options": ["\\*a\\*", "b"],
    }
    assert (now.answer, now.points) == ("\\*a\\*", [{"sort": "claim", "text": "\\*\\*c\\*\\*"}])
