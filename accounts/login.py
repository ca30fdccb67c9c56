"""Forms about passwords: what a student without an e-mail address needs to read."""

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _

FORGOTTEN = _("Forgot it? Ask your teacher.")


class LoginForm(forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = FORGOTTEN
        self.fields["remember"].label = _("This is my own device: keep me logged in for two weeks")


class ChangePasswordForm(forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = FORGOTTEN
        labels = {
            "oldpassword": _("Password now"),
            "password1": _("New password"),
            "password2": _("New password, again"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
