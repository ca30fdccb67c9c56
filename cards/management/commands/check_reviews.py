import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cards.rebuild import Outcome, rebuild_states
from cards.replay import find_damage


class Command(BaseCommand):
    help = "Replay every answer through SM-2 and compare with what is stored; exit 1 and name the rows if any differ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--most", type=int, default=100, help="name at most so many rows (default 100)")
        rebuild = "set each state that differs again, as its log tells it; never changes an answer"
        parser.add_argument("--rebuild-state", action="store_true", help=rebuild)
        parser.add_argument("--json", action="store_true", help="say it for a program")
        parser.add_argument("--yes", action="store_true", help="without it --rebuild-state only says what it would do")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild_state"]:
            self._rebuild(is_meant=options["yes"], options=options)
            return
        counts = self._name(find_damage(), options)
        if counts:
            raise CommandError("damage found: " + _listed(counts))
        self._say("no damage found", options)

    def _rebuild(self, *, is_meant: bool, options: dict[str, Any]) -> None:
        found = rebuild_states(dry_run=not is_meant)
        counts = self._name(((row.outcome, f"{row.row}: {', '.join(row.kinds)}") for row in found), options)
        if not counts:
            self._say("no state differs from its log", options)
        elif not is_meant:
            raise CommandError(f"Nothing was done; add --yes if you mean it. States: {_listed(counts)}")
        elif set(counts) != {Outcome.REBUILT}:
            raise CommandError(f"Not all could be mended. States: {_listed(counts)}")
        else:
            self._say(f"States: {_listed(counts)}", options)

    def _name(self, found: Iterator[tuple[str, str]], options: dict[str, Any]) -> "Counter[str]":
        counts: Counter[str] = Counter()
        named = []
        for kind, row in found:
            counts[kind] += 1
            if counts.total() <= options["most"]:
                named.append({"kind": kind, "row": row})
                self._say(f"{kind}: {row}", options)
        if options["json"]:
            self.stdout.write(json.dumps({"counts": counts, "named": named}))
        return counts

    def _say(self, words: str, options: dict[str, Any]) -> None:
        if not options["json"]:
            self.stdout.write(words)


def _listed(counts: "Counter[str]") -> str:
    return ", ".join(f"{kind} {n}" for kind, n in sorted(counts.items()))
