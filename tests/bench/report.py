"""Takes the measurements and prints them beside their aims."""

import cProfile
import platform
import pstats
from collections.abc import Callable
from statistics import median, quantiles
from time import thread_time

import django
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cards.models import Deck, ReviewLog
from tests.bench.pages import compressed, first_visit
from tests.bench.student import CARDS_OF_DECKS, Cost, Student

FRAMES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
KB = 1024


def measure(student: Student, count: int) -> None:
    started_at = student.clock.now
    student.fragments.clear()
    answers, pages, bare = time_visits(student, count)
    days = (student.clock.now - started_at).days
    logs = ReviewLog.objects.filter(answered_at__gt=started_at)
    new, repeats = logs.filter(kind="scheduled", sm2_due_on_before=None).count(), logs.filter(kind="repeat").count()
    print(
        f"{connection.display_name}, Python {platform.python_version()}, Django {django.get_version()}: "
        f"{count} answers in {days} days ({count - new - repeats} to due cards, {new} to new ones, {repeats} repeats), "
        f"{sum(CARDS_OF_DECKS)} cards in {len(CARDS_OF_DECKS)} decks; each after a review page, before a bare view"
    )
    print_times("answer", [cost.wall for cost in answers], [cost.wall for cost in bare], "server time", aim=2)
    print_times("answer", [cost.cpu for cost in answers], [cost.cpu for cost in bare], "CPU time")
    print_times("review page", [cost.wall for cost in pages], [cost.wall for cost in bare], "server time")
    print_times("review page", [cost.cpu for cost in pages], [cost.cpu for cost in bare], "CPU time")
    print_statements(student)
    print_fragments(student.fragments)
    print_first_visits(student)


def time_visits(student: Student, count: int) -> tuple[list[Cost], list[Cost], list[Cost]]:
    """Of answers, review pages and the bare view in turn, so that whatever else the machine does slows all alike."""
    answers, pages, bare = [], [], []
    while len(answers) < count:
        student.next_day()
        pages.append(student.open_page()[1])
        answers.append(student.answer()[1])
        bare.append(student.answer_bare()[1])
    return answers, pages, bare


def print_times(visit: str, times: list[float], bare: list[float], what: str, aim: float = 0) -> None:
    for name, point in (("median", median), ("p95", lambda times: quantiles(times, n=20)[-1])):
        ratio = point(times) / point(bare)
        judged = (str(aim), ratio <= aim) if aim and name == "median" else ()
        line(f"{visit}, {what}, {name}", f"{point(times):.1f} ms")
        line(f"bare view, {what}, {name}", f"{point(bare):.1f} ms")
        line(f"ratio of the {name}", f"{ratio:.2f}", *judged)


def print_statements(student: Student) -> None:
    """Over a whole day, from all decks and then from one deck's own page; without those that frame the transaction."""
    first, *others = statements_of_a_day(student)
    *others, last = others
    line("SQL statements, most on the review page", str(max(map(len, statements_of_pages(student)))))
    most = max(map(len, others))
    usual = median(map(len, others))
    line("SQL statements, most in an answer", f"{most} (median {usual:.0f})", "8", most <= 8)
    line("SQL statements, first answer of a day", str(len(first)))
    line("SQL statements, last answer of a day", str(len(last)))
    student.deck_address = Deck.objects.get(assignments__isnull=False).get_absolute_url()
    _first, *others, _last = statements_of_a_day(student)
    line("SQL statements, most on a deck's own page", str(max(map(len, others))))
    student.deck_address = ""


def statements_of_a_day(student: Student) -> list[list[str]]:
    """The statements of each answer of the next day that has a first, a last and others between."""
    answers: list[list[str]] = []
    while len(answers) < 3:
        while student.has_card:
            student.answer()
        student.next_day()
        answers = []
        while student.has_card:
            student.pick()
            answers.append(statements(student.answer))
    return answers


def statements_of_pages(student: Student) -> list[list[str]]:
    """The statements of the review page before each answer of a day, and when the day is done."""
    pages: list[list[str]] = []
    student.next_day()
    while student.has_card:
        pages.append(statements(student.open_page))
        student.answer()
    return [*pages, statements(student.open_page)]


def statements(visit: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        visit()
    return [query["sql"] for query in queries if not query["sql"].startswith(FRAMES)]


def print_fragments(fragments: dict[str, list[bytes]]) -> None:
    """The bytes that htmx swaps in, for each kind of card and for the end of a day."""
    for shown, contents in sorted(fragments.items()):
        largest = max(contents, key=len)
        gzipped, brotlied = compressed(largest)
        sizes = f"{len(largest)} B (median {median(map(len, contents)):.0f})"
        line(f"fragment, largest, {shown}", sizes, "6 KB", len(largest) <= 6 * KB)
        line("", f"gzip {gzipped} B, brotli {brotlied} B")


def print_first_visits(student: Student) -> None:
    student.open_page()
    student.next_day()
    for name in ("review", "home"):
        parts = first_visit(student.client, reverse(name))
        total = sum(parts.values())
        line(f"first visit to {reverse(name)}, brotli", f"{total} B", "70 KB", total <= 70 * KB)
        line("", ", ".join(f"{part} {size}" for part, size in parts.items()))


def line(what: str, measured: str, aim: str = "", is_met: bool | None = None) -> None:
    verdict = {None: "", True: f"aim ≤ {aim}", False: f"aim ≤ {aim}: MISSED"}[is_met]
    print(f"  {what:<43}{measured:<24}{verdict}".rstrip())


def profile(student: Student, count: int) -> None:
    """Where the time of a review page goes, and of an answer."""
    profilers = {visit: cProfile.Profile(thread_time) for visit in (student.open_page, student.answer)}
    for _ in range(count):
        student.next_day()
        for visit, profiler in profilers.items():
            profiler.enable()
            visit()
            profiler.disable()
    for visit, profiler in profilers.items():
        print(f"== {visit.__name__}")
        stats = pstats.Stats(profiler).sort_stats("cumulative")
        stats.print_stats(r"/(cards|accounts|pactcards|django|csp|allauth)", 90)
