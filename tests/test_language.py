"""In which language pages and mails speak, and how they name the language of what is written on cards."""

import re

from django.urls import reverse
from django.utils.translation import override

from tests.conftest import write_card


def languages(page, pattern):
    """The languages of the elements whose opening tag has this pattern."""
    return re.findall(rf'<[^>]*{pattern}[^>]*lang="([^"]*)"', page.content.decode())


# cards


def test_card_is_english_and_a_students_own_in_what_she_reads(student, deck):
    own = write_card(student).deck
    with override("de"):
        assert (deck.language, own.language) == ("en-gb", "de")


def test_card_text_says_its_language(student_client, deck):
    page = student_client.get(reverse("review"))
    assert languages(page, 'id="question"') == ["en-gb"]
    assert f'<span lang="en-gb">{deck.title}</span>' in page.content.decode()
