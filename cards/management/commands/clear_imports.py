"""Forget rows that waited for a day to be imported: `manage.py clear_imports`, for cron."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cards.interchange.batches import clear_imports


class Command(BaseCommand):
    help = "Forgets pasted rows that nobody imported within a day. A new import does the same."

    def handle(self, *args: Any, **options: Any) -> None:
        count = clear_imports(now=timezone.now())
        self.stdout.write(f"{count} imports that waited for a day are gone.")
