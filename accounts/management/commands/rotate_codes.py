"""For codes that have got about: those that people join with, and those on printed cards."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts import roster
from accounts.audit import Kind, record
from accounts.login_codes import expire
from accounts.models import LoginCode, Membership, SchoolClass


class Command(BaseCommand):
    help = "Give every class that can be joined a new code, which its page shows; no code is printed here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--class", type=int, dest="number", help="only this one: the number in its page's address")
        parser.add_argument(
            "--log-in-codes", action="store_true", help="one-time codes on printed cards are good no more, too"
        )
        parser.add_argument("--json", action="store_true", help="say it for a program")

    def handle(self, *args: Any, number: int | None, log_in_codes: bool, **options: Any) -> None:
        classes, login_codes, now = SchoolClass.objects.living(), LoginCode.objects.all(), timezone.now()
        if number is not None:
            classes = classes.filter(pk=number)
            students = Membership.objects.students().filter(school_class=number)
            login_codes = login_codes.filter(user__in=students.values("user"))
            if not classes.exists():
                raise CommandError(f"There is no class {number} that goes on.")
        with transaction.atomic():
            changed = [_given_a_new_code(school_class, now) for school_class in classes.exclude(join_code=None)]
            expired = expire(login_codes, now=now) if log_in_codes else None
        without = list(classes.filter(join_code=None))
        if options["json"]:
            numbers = [[school_class.pk for school_class in found] for found in (changed, without)]
            self.stdout.write(json.dumps({"changed": numbers[0], "without": numbers[1], "log_in_codes": expired}))
            return
        for school_class in changed:
            self.stdout.write(f"{school_class} ({school_class.pk}): a new code, on the page of the class")
        for school_class in without:
            self.stdout.write(f"{school_class} ({school_class.pk}): has no code")
        if expired is not None:
            self.stdout.write(f"one-time codes that are good no more: {expired}")


def _given_a_new_code(school_class: SchoolClass, now: datetime) -> SchoolClass:
    roster.set_code(school_class, open_it=True)
    record(Kind.CLASS_CODE, of=school_class, now=now, open=1)
    return school_class
