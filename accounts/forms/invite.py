"""A new teacher, as the head writes her."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.user_names import clean_user_name
from accounts.models import User


class InviteForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["username", "first_name", "last_name"]
        labels = {"username": _("User name"), "first_name": _("Title or first name"), "last_name": _("Last name")}
        help_texts = {"username": _("She logs in with it.")}

    def clean_username(self) -> str:
        return clean_user_name(self)
