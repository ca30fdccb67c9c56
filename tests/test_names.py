"""A pasted list of names, as it is understood."""

import pytest

from accounts.names import Verdict, key_of, names_in, split, verdicts
from accounts.words import WORDS, new_username


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Amina K.", "Amina K."),
        ("  Amina   Khan ", "Amina Khan"),
        ("Khan, Amina", "Amina Khan"),
        ("Amina\tKhan", "Amina Khan"),
        ("12. Amina Khan", "Amina Khan"),
        ("3) Amina Khan", "Amina Khan"),
        ("- Amina Khan", "Amina Khan"),
        ('"Amina Khan"', "Amina Khan"),
        ("Łukasz Żak", "Łukasz Żak"),
        ("Zoe\u0308", "Zoë"),
        ("李小龍", "李小龍"),
        ("Amina\u202e Khan\u200b", "Amina Khan"),
        ("O’Neill, Seán", "Seán O’Neill"),
        ("Khan,Amina,10B", "Amina Khan"),
        ("Khan;Amina;10B", "Amina Khan"),
        ("Khan, Amina, Beech, 7", "Amina Khan"),
        ("Amina\tKhan\t10B", "Amina Khan"),
        ("1\tAmina\tKhan\tBeech", "Amina Khan"),
        ("Amina Khan\t10 History B", "Amina Khan"),
        ("Amina Khan,10B", "Amina Khan"),
        ("Khan, Amina\t10B", "Amina Khan"),
        ("Khan, Amina\tBeech", "Amina Khan"),
        ('"Khan","Amina","10B"', "Amina Khan"),
        ("Amina 2", "Amina 2"),
        ("Khan 2, Amina", "Amina Khan 2"),
        ("7", "7"),
    ],
)
def test_line_is_read_as_it_was_meant(line, name):
    assert names_in(line) == [name]


def test_empty_lines_are_no_names():
    assert names_in("\n  \nAmina\r\n\r\nBen\n") == ["Amina", "Ben"]


def test_each_line_has_its_verdict():
    names = ["Amina", "amina", "Ben", "Cleo", "12", "D" * 81]
    found = [Verdict.NEW, Verdict.TWICE, Verdict.NEW, Verdict.THERE, Verdict.EMPTY, Verdict.LONG]
    assert verdicts(names, {key_of("CLEO")}) == found


def test_first_word_is_how_she_is_greeted():
    assert [split("Amina van Dijk"), split("Amina")] == [("Amina", "van Dijk"), ("Amina", "")]


def test_user_name_is_a_word_and_two_digits():
    word, number = new_username().split("-")
    assert (word in WORDS, 10 <= int(number) <= 99) == (True, True)


def test_words_are_different_and_easy_to_type():
    assert len(set(WORDS)) == len(WORDS) > 150
    assert [word for word in WORDS if not (word.isascii() and word.islower() and 3 <= len(word) <= 9)] == []
