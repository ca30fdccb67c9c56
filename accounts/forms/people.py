"""A person in the admin, as Django has her, but for her user name."""

from django.contrib.auth import forms

from accounts.forms.user_names import clean_user_name


class PersonForm(forms.UserChangeForm):
    def clean_username(self) -> str:
        return clean_user_name(self)


class NewPersonForm(forms.AdminUserCreationForm):
    def clean_username(self) -> str:
        return clean_user_name(self)
