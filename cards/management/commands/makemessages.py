from pathlib import Path
from typing import Any

from django.core.management.commands import makemessages

HOUSE_STYLE = {"no_wrap": True, "no_obsolete": True, "add_location": "file"}


class Command(makemessages.Command):
    """Django's own, such that two people who add texts seldom meet in one line of a catalogue."""

    # A guess at a translation is more work to clear away than a text without one is to translate.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def handle(self, *args: Any, **options: Any) -> None:
        ignored = [*(options["ignore_patterns"] or []), "tests"]
        super().handle(*args, **{**options, **HOUSE_STYLE, "ignore_patterns": ignored})

    def write_po_file(self, potfile: str, locale: str) -> None:
        """Without the date of the last run, which would differ between any two branches."""
        super().write_po_file(potfile, locale)
        path = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith('"POT-Creation-Date')), "utf-8")
