"""Time, memory and queries of an import of 5,000 rows, step by step: python -m tests.bench.imports"""

from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time

from tests.bench.visits import in_a_database_of_its_own, logged_in  # sets Django up, so it comes first

from django.core.files.uploadedfile import SimpleUploadedFile  # isort: skip
from django.db import connection, reset_queries  # isort: skip
from django.test.utils import CaptureQueriesContext  # isort: skip
from django.urls import reverse  # isort: skip

from cards.interchange.apkg import write_package  # isort: skip
from cards.models import ImportBatch  # isort: skip
from tests.conftest import NOON  # isort: skip
from tests.factories import DeckTeacherFactory, MotiveFactory  # isort: skip

ROWS = 5000
BACK = "To win time to rearm, and to keep out of a war that others had begun. "


def megabytes():
    """The most that this process has had."""
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024


def text(answer):
    rows = (f"Why did he sign in the case of number {number}?\t{answer}\tFRUS 1939\ttime" for number in range(ROWS))
    return "\n".join(["front\tback\tsource\tmotive", *rows])


class Import:
    """One teacher and one deck of hers, and what each of her requests costs."""

    def __init__(self):
        mine = DeckTeacherFactory()
        self.deck, self.client = mine.deck, logged_in(mine.user)

    def ask(self, name, step, data=None, **more):
        args = [self.deck.pk] if step == "cards" else [self.deck.pk, ImportBatch.objects.latest("made_at").pk]
        address = reverse(f"admin:cards_deck_import_{step}", args=args)
        before = megabytes()
        reset_queries()
        with CaptureQueriesContext(connection) as queries:
            started, worked = perf_counter(), process_time()
            response = self.client.get(address) if data is None else self.client.post(address, data, **more)
            seconds, work = perf_counter() - started, process_time() - worked
        assert response.status_code in (200, 302), response.content[:500]
        cost = f"{seconds:6.2f} s, processor {work:5.2f} s; {len(queries):>3} queries"
        print(f"  {name:<30}{cost}; memory +{megabytes() - before:.0f} MB")

    def drop(self, name, data, filename="cards.tsv"):
        self.ask(name, "cards", {"file": SimpleUploadedFile(filename, data)})


def bench():
    MotiveFactory(code="time")
    desk = Import()
    data = text(BACK * 2).encode()
    print(f"an import of {ROWS} rows, {len(data) / 1e6:.1f} MB, {connection.vendor}; {megabytes():.0f} MB at rest")
    desk.drop("drop the file", data)
    desk.ask("look", "look")
    desk.ask("mend one row", "rows", {"row": "9", "box": "9", "take": "9"}, headers={"HX-Request": "true"})
    desk.ask("import as drafts", "finish", {})
    assert desk.deck.cards.count() == ROWS
    desk.ask("undo", "undo", {})
    assert desk.deck.cards.count() == 0
    desk.drop("drop the file again", data)
    desk.ask("import as drafts", "finish", {})
    desk.drop("drop it with other answers", text(BACK).encode())
    desk.ask("look", "look")
    desk.ask("tick all changes", "rows", {"all": "changes"})
    desk.ask("import as changes", "finish", {})
    desk.ask("undo", "undo", {})
    package = write_package(desk.deck, desk.deck.cards.all(), now=NOON)
    desk.drop(f"drop it as .apkg, {len(package) / 1e6:.1f} MB", package, "cards.apkg")
    print(f"{megabytes():.0f} MB at most")


if __name__ == "__main__":
    in_a_database_of_its_own(bench)
