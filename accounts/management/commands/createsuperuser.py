import os
from functools import partial
from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from accounts.models import User


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
        super().handle(*args, **options)
