"""What a password must be like: long enough, not endless, and not made of words that anybody here would try first."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import SchoolClass, User

LEAST, LEAST_OF_STAFF, MOST = 8, 12, 256
LEFT_OVER = 4  # so many letters must be left of a password when those words are taken out of it
# Beside Django's list of 20,000 common passwords: what this app is called and what it is about.
OF_THE_APP = (
    "pactcards pactcard pact pakt nazi soviet sowjet stalin hitler molotov ribbentrop history geschichte school schule"
)
TOO_SHORT = _("Choose a password of at least %(least)d characters.")
TOO_SHORT_FOR_STAFF = _("Choose a password of at least %(least)d characters: yours opens the work of others.")
TOO_LONG = _("Choose a password of at most %(most)d characters.")
GUESSED = _("Choose a password that is made of more than words one thinks of first here, such as “%(word)s”.")


class LengthValidator:
    """Longer for those who work here than for students."""

    def validate(self, password: str, user: Any = None) -> None:
        is_staff = bool(user and (user.is_staff or user.is_superuser))
        least = LEAST_OF_STAFF if is_staff else LEAST
        if len(password) < least:
            sentence = TOO_SHORT_FOR_STAFF if is_staff else TOO_SHORT
            raise ValidationError(sentence, code="password_too_short", params={"least": least})
        if len(password) > MOST:
            raise ValidationError(TOO_LONG, code="password_too_long", params={"most": MOST})

    def get_help_text(self) -> str:
        return gettext("At least %(least)d characters, for teachers at least %(of_staff)d.") % {
            "least": LEAST,
            "of_staff": LEAST_OF_STAFF,
        }


class ContextValidator:
    """Her user name, her classes, this app and what it teaches are no secrets, with or without a year behind them."""

    def validate(self, password: str, user: Any = None) -> None:
        refuse_words(password[:MOST], words_in(OF_THE_APP) | _words_of(user))

    def get_help_text(self) -> str:
        return gettext("Not just your user name, your class, or a word of this subject with a number.")


def refuse_words(password: str, words: set[str]) -> None:
    left, found = password.casefold(), ""
    for word in sorted(words, key=lambda word: (-len(word), word)):
        if word in left:
            left, found = left.replace(word, " "), found or word
    if found and len(re.findall(r"[^\W\d_]", left)) < LEFT_OVER:
        raise ValidationError(GUESSED, code="password_of_context", params={"word": found})


def words_in(text: str) -> set[str]:
    """Of three letters or more: a shorter one is in many a good password."""
    return set(re.findall(r"[^\W\d_]{3,}", text.casefold()))


def _words_of(user: Any) -> set[str]:
    if not isinstance(user, User):
        return set()
    names = [user.username, user.first_name, user.last_name]
    if user.pk:
        names += SchoolClass.objects.filter(memberships__user=user).values_list("name", flat=True)
    return words_in(" ".join(name or "" for name in names))  # None: a form that has refused the user name
