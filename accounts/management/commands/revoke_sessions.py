from typing import Any

from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.db.models import F

from accounts.models import User


class Command(BaseCommand):
    help = "End every log-in on every device: after a restore, or when a key may have been seen by somebody."

    def handle(self, *args: Any, **options: Any) -> None:
        count = User.objects.update(session_epoch=F("session_epoch") + 1)
        Session.objects.all().delete()
        self.stdout.write(f"{count} people have to log in again")
