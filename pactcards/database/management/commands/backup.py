import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pactcards.database import keeping, tried_out
from pactcards.database.errors import DatabaseToolError, RefusedError
from pactcards.database.making import Made, make_backup, throw_away_old
from pactcards.database.sealing import seal
from pactcards.database.verifying import problems_of


class Command(BaseCommand):
    help = "Back up the database while it is in use, into one file; throw away old backups. For cron, every night."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, default=settings.BACKUP_DIR, help="directory (default BACKUP_DIR)")
        parser.add_argument("--keep", default=keeping.DEFAULT, help=f"days, weeks, months (default {keeping.DEFAULT})")
        parser.add_argument("--verify", action="store_true", help="restore it into a scratch database at once")
        parser.add_argument("--quiet", action="store_true", help="say only where it is")
        parser.add_argument("--json", action="store_true", help="say it for a program")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rule = keeping.read_rule(options["keep"])
            made = make_backup(options["out"], now=timezone.now())
            problems = list(problems_of(made.path)) if options["verify"] else []
        except (RefusedError, ValueError) as error:
            raise CommandError(str(error)) from None
        except DatabaseToolError as error:
            tried_out.note_failure(options["out"], str(error), now=timezone.now())
            raise CommandError(str(error)) from None
        if options["verify"]:
            tried_out.note(made.path, made.manifest, problems, now=timezone.now())
        if problems:  # the old ones may be needed now
            raise CommandError(f"{made.path} was made, but: {'; '.join(problems)}")
        sealed = _sealed(made)
        thrown_away = throw_away_old(options["out"], rule)
        rows = sum(table["rows"] for table in made.manifest["tables"].values())
        said = {
            "file": str(made.path),
            "sealed": str(sealed) if sealed else None,
            "bytes": made.path.stat().st_size,
            "rows": rows,
            "thrown_away": len(thrown_away),
        }
        self.stdout.write(_words(said, options))


def _sealed(made: Made) -> Path | None:
    if not settings.BACKUP_KEY_FILE:
        return None
    try:
        return seal(made.path, Path(settings.BACKUP_KEY_FILE))
    except DatabaseToolError as error:  # what GnuPG says may name whose key it is
        words = f"{made.path.name} is not sealed. Run backup by hand: it says why."
        tried_out.note_failure(made.path.parent, words, now=timezone.now())
        raise CommandError(f"{made.path} was made, but it is not sealed: {error}") from None


def _words(said: dict[str, Any], options: dict[str, Any]) -> str:
    if options["json"]:
        return json.dumps(said)
    if options["quiet"]:
        return said["file"]
    tried = ", tried out" if options["verify"] else ""
    tried += ", sealed" if said["sealed"] else ""
    gone = f"; {said['thrown_away']} old backups thrown away" if said["thrown_away"] else ""
    return f"{said['file']}: {said['rows']} rows, {said['bytes'] / 1_000_000:.1f} MB{tried}{gone}"
