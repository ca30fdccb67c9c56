"""For a lost phone: take somebody's second factors away, after having seen who she is."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import second_factor
from accounts.audit import Kind, record
from accounts.models import User
from accounts.user_names import folded


class Command(BaseCommand):
    help = "Remove all second factors and recovery codes of a user and end all her log-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="her user name")

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        found = User.objects.filter(username__iexact=folded(user)).first()
        if found is None:
            raise CommandError(f"There is no user called {user!r}.")
        second_factor.reset(found)
        record(Kind.FACTOR_REMOVED, of=found, now=timezone.now())
        self.stdout.write(f"{user} has no second factor now and is logged out everywhere.")
