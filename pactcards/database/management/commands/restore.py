import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pactcards.database.errors import DatabaseToolError
from pactcards.database.restoring import Restored, refuse_if_answered_since, restore
from pactcards.database.sealing import opened

STILL_TO_DO = 3  # `upgrade` goes on with it; 1 is any other trouble, and 2 an option that there is not


class Command(BaseCommand):
    help = (
        "Put a backup in the place of the database. What is there is backed up first; who was erased since is erased "
        "again; everybody has to log in again. Stop the server first."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="without it nothing is done")
        parser.add_argument("--replace", action="store_true", help="even if there are people in the database")
        parser.add_argument("--while-serving", action="store_true", help="even if the server seems to run")
        parser.add_argument("--unless-answered", action="store_true", help="not if a card was answered since")
        parser.add_argument("--json", action="store_true", help="say it for a program")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            raise CommandError("This replaces the whole database. Nothing was done; add --yes if you mean it.")
        now, replace, serving = timezone.now(), options["replace"], options["while_serving"]
        try:
            file = options["file"].absolute()
            with opened(file) as plain:
                if options["unless_answered"]:
                    refuse_if_answered_since(plain)
                restored = restore(plain, file.parent, now=now, replace=replace, while_serving=serving)
        except DatabaseToolError as error:
            raise CommandError(str(error)) from None
        said = _said(restored, now)
        self.stdout.write(json.dumps(said) if options["json"] else "\n".join(_sentences(said)))
        if restored.still_to_do:
            words = "The backup is in its place, but look at this: " + "; ".join(restored.still_to_do)
            raise CommandError(words, returncode=STILL_TO_DO)


def _said(restored: Restored, now: datetime) -> dict[str, Any]:
    made_at = datetime.fromisoformat(restored.manifest["made_at"])
    return {
        "made_at": restored.manifest["made_at"],
        "lost_seconds": round((now - made_at).total_seconds()),
        "newest_answer": restored.manifest["newest_answer"],
        "newest_answer_before": restored.newest_before,
        "kept_in": [str(path) for path in restored.kept_in],
        "erased_again": restored.erased_again,
    }


def _sentences(said: dict[str, Any]) -> list[str]:
    newest, before, kept_in = said["newest_answer"], said["newest_answer_before"], ", ".join(said["kept_in"])
    was = "cannot be read any more" if before is None else _answer(before)
    return [
        f"Restored as it was at {said['made_at']}. Everybody has to log in again.",
        f"Lost: what was done in the {timedelta(seconds=said['lost_seconds'])} hours since.",
        f"The newest answer is {_answer(newest)}; before, it was {was}.",
        f"Erased again, because they were erased since: {said['erased_again']}.",
        f"What was there before is in {kept_in}." if kept_in else "There was nobody in the database before.",
    ]


def _answer(newest: dict[str, Any]) -> str:
    return f"number {newest['number']} of {newest['at']}" if newest["number"] else "none"
