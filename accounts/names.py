"""PURE of the database: a pasted list of names, and what is to be said of each line."""

import re
import unicodedata

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MOST_LINES = 200
LONGEST = 80


class Verdict(TextChoices):
    NEW = "new", _("new")
    THERE = "there", _("In this class already. Add a letter if this is another person.")
    TWICE = "twice", _("Twice in this list. Add a letter to one of them if they are two people.")
    LONG = "long", _("Longer than 80 characters.")
    EMPTY = "empty", _("There is no name in this line.")


def names_in(text: str) -> list[str]:
    """One a line, as people paste them: from a spreadsheet, numbered, surname first with a comma."""
    return [name for line in text.splitlines() if (name := tidy(line))]


def tidy(line: str) -> str:
    """Of several columns those of the name: the first two that are not a number or a form, such as 10B."""
    line = re.sub(r"^\s*(\d+[.):]?|[-*•])\s+", "", line)
    columns = _of_a_name(line.split("\t"))
    if columns and re.search("[,;]", columns[0]):
        columns = _of_a_name(re.split("[,;]", columns[0]))[::-1]
    return " ".join(columns)


def _of_a_name(columns: list[str]) -> list[str]:
    told = [words for column in columns if (words := _clean(column))]
    named = [words for words in told if not any(letter.isdigit() for letter in words.split()[0])]
    return (named or told)[:2]


def _clean(words: str) -> str:
    words = unicodedata.normalize("NFC", re.sub(r"\s+", " ", words))
    return "".join(letter for letter in words if unicodedata.category(letter)[0] != "C").strip(" \"'“”;")


def key_of(name: str) -> str:
    """By which two names are the same."""
    return unicodedata.normalize("NFKC", name).casefold()


def split(name: str) -> tuple[str, str]:
    """First name, by which she is greeted, and the rest."""
    first, _space, rest = name.partition(" ")
    return first, rest


def verdicts(names: list[str], there: set[str]) -> list[Verdict]:
    """One for each name; `there` are the keys of those who are in the class."""
    seen: set[str] = set()
    found = []
    for name in names:
        found.append(_verdict(name, seen, there))
        seen.add(key_of(name))
    return found


def _verdict(name: str, seen: set[str], there: set[str]) -> Verdict:
    if not any(letter.isalpha() for letter in name):
        return Verdict.EMPTY
    if len(name) > LONGEST:
        return Verdict.LONG
    if key_of(name) in seen:
        return Verdict.TWICE
    return Verdict.THERE if key_of(name) in there else Verdict.NEW
