"""The name that a person logs in with, and what is said of one that she cannot have: “user name” in every place."""

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db.models import CharField
from django.utils.translation import gettext_lazy as _

NAME_TAKEN = _("Somebody has this user name already.")
ODD_LETTERS = _("A user name has letters, digits and @ . + - _ and nothing else.")


def user_name_field() -> CharField:
    return CharField(
        _("user name"),
        max_length=150,
        unique=True,
        help_text=_("At most 150 letters, digits and @ . + - _"),
        validators=[UnicodeUsernameValidator(message=ODD_LETTERS)],
        error_messages={"unique": NAME_TAKEN},
    )
