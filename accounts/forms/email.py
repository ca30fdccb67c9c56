"""An address of her own, and a forgotten password."""

from typing import Any

from allauth.account import forms
from allauth.account.app_settings import EMAIL_MAX_LENGTH
from django.core.mail import get_connection
from django.core.validators import MaxLengthValidator
from django.forms import Field
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.mailings import reachable


def plain(field: Field, label: Any) -> None:
    field.label = label
    field.widget.attrs.pop("placeholder", None)
    field.validators.append(MaxLengthValidator(EMAIL_MAX_LENGTH))  # no column holds a longer one


class AddEmailForm(forms.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["email"], _("E-mail address"))


class ResetPasswordForm(forms.ResetPasswordForm):
    """To a confirmed address alone; allauth would make do with any that somebody wrote down."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["email"], _("Your confirmed e-mail address"))

    def clean_email(self) -> str:
        email = super().clean_email()
        self.users = list(reachable().filter(email=email.lower()))
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Of an unknown address the mail server is asked no more than whether it is there: that takes the most of
        the time of a mail, and fails as one fails, so that nobody learns which addresses there are."""
        if not self.users:
            with get_connection():
                pass
        return super().save(request, **kwargs)


class ResetPasswordKeyForm(forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in {"password1": _("New password"), "password2": _("New password, again")}.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
