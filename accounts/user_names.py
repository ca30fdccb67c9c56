"""The name that a person logs in with, and what is said of one that she cannot have: “user name” in every place.

A new name is kept folded, so that two that look alike are the same to every database; the folded form of whatever is
typed at the log-in finds it.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import CharField
from django.utils.translation import gettext_lazy as _

LONGEST = 150
NAME_TAKEN = _("Somebody has this user name already.")
ODD_LETTERS = _("A user name has Latin letters, digits and . - _ and nothing else, and at least one letter or digit.")
# One script alone, for a Cyrillic a looks like a Latin one; of it the letters with which names are written in Europe
# and Vietnam, but for those that look like another: dotless i, kra.
LETTERS = "a-zà-öø-įĵ-ķĺ-žșțạ-ỹ"


class NameTakenError(Exception):
    """Somebody else was given the name in this very moment."""


def user_name_field() -> CharField:
    return CharField(
        _("user name"),
        max_length=LONGEST,
        unique=True,
        help_text=_("At most 150 letters, digits and . - _"),
        validators=[UnicodeUsernameValidator(message=ODD_LETTERS)],
        error_messages={"unique": NAME_TAKEN},
    )


def folded(name: str) -> str:
    """By which two names are the same, whatever their capitals and however their letters are coded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def new_user_name(typed: str) -> str:
    """The name as it is kept; refused if it has what could be taken for another. Who has an older one keeps it."""
    name = folded(typed)
    if not re.fullmatch(rf"[{LETTERS}0-9._-]{{1,{LONGEST}}}", name) or not re.search(rf"[{LETTERS}0-9]", name):
        raise ValidationError(ODD_LETTERS)
    return name


@contextmanager
def taken_is_said() -> Iterator[None]:
    """Around the saving of a new person, for the database alone sees two who come at once."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise NameTakenError from None
