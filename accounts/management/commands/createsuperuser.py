import os
from functools import partial
from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import IntegrityError

from accounts.models import User
from accounts.user_names import NAME_TAKEN, new_user_name


class SuperuserToBe(partial):
    """The model, but whoever is made of it is a superuser already when her password is looked at."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.func, name)


class Command(createsuperuser.Command):
    """Django’s own, which asks of a superuser no more than of a student, and nothing with --noinput."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.UserModel = SuperuserToBe(User, is_superuser=True)  # type: ignore[assignment]

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("DJANGO_SUPERUSER_PASSWORD")
        if not options["interactive"] and password is not None:
            name = options["username"] or os.environ.get("DJANGO_SUPERUSER_USERNAME", "")
            try:
                validate_password(password, User(username=name, is_superuser=True))
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from None
        try:
            super().handle(*args, **options)
        except IntegrityError:
            raise CommandError(str(NAME_TAKEN)) from None

    def _validate_username(self, username: str, *args: Any) -> str | None:
        """Why it cannot be had."""
        try:
            name = new_user_name(username)
        except ValidationError as error:
            return " ".join(error.messages)
        return str(NAME_TAKEN) if User.objects.filter(username__iexact=name).exists() else None
