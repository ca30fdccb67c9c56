"""Forms about passwords: what a student without an e-mail address needs to read."""

from typing import Any

from allauth.account import forms
from django.core.validators import MaxLengthValidator
from django.forms import Field
from django.utils.translation import gettext_lazy as _

from accounts.passwords import MOST, TOO_LONG
from accounts.user_names import folded

FORGOTTEN = _("Forgot it? Ask your teacher.")


def refuse_endless(field: Field) -> None:
    """Nobody has such a password, and to hash a megabyte of text takes its time; the browser cuts nothing off."""
    field.validators.append(MaxLengthValidator(MOST, str(TOO_LONG % {"most": MOST})))


class LoginForm(forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        refuse_endless(self.fields["password"])
        self.fields["login"].label = _("User name")
        self.fields["login"].widget.attrs.pop("placeholder", None)
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""  # the page leads to a new one
        self.fields["remember"].label = _("This is my own device: keep me logged in for two weeks")

    def clean_login(self) -> str:
        return folded(super().clean_login())


class ChangePasswordForm(forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        refuse_endless(self.fields["oldpassword"])
        self.fields["oldpassword"].help_text = FORGOTTEN
        labels = {
            "oldpassword": _("Password now"),
            "password1": _("New password"),
            "password2": _("New password, again"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)


class SetPasswordForm(forms.SetPasswordForm):
    """Of whoever signed up with Google or Microsoft and has none yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in {"password1": _("New password"), "password2": _("New password, again")}.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)


class ReauthenticateForm(forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        refuse_endless(self.fields["password"])
