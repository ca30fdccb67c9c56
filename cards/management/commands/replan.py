from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import User
from cards.replan import replan


class Command(BaseCommand):
    help = (
        "Work out the plans for exams of all students anew whose study day has changed since the last time. "
        "For cron, every night; without it a student’s plan is made anew with her first answer of the day."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        due = User.objects.filter(is_active=True, replan_on__lte=now.date())
        students = list(due.values_list("pk", flat=True))
        replan(students, now=now)
        self.stdout.write(f"{len(students)} replanned")
