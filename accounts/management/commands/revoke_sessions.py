import json
from typing import Any

from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import F

from accounts.models import User


class Command(BaseCommand):
    help = "End every log-in on every device: after a restore, or when a key may have been seen by somebody."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="say it for a program")

    def handle(self, *args: Any, **options: Any) -> None:
        count = User.objects.update(session_epoch=F("session_epoch") + 1)
        Session.objects.all().delete()
        words = f"{count} people have to log in again"
        self.stdout.write(json.dumps({"people": count}) if options["json"] else words)
