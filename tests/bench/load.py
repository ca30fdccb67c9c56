"""The production server under load: python -m tests.bench.load [--seconds 300] [--postgresql]

Answers through gunicorn, by 1, 16 and 300 students as quick as they can, beside a bare view on the same server with the
same sessions; then 300 students who grade a card every four seconds. Clients and server share the machine. An answer's
time runs from its first try until it is acknowledged. Exits with 1 if one of those every four seconds had to be sent
again; the aims are printed beside what was measured, with what other machines on the same hardware took of the
processors, and at the end all of it as a table for README.
"""

import os
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from platform import python_version
from random import Random
from statistics import mean, median, quantiles
from tempfile import TemporaryDirectory
from threading import Event
from typing import NamedTuple

from tests.bench.postgresql import running_cluster
from tests.school_server import Server
from tests.storm import Sender, make_students, troubles_of

STUDENTS, CARDS = 300, 250
AT_ONCE = (1, 16, 300)
ROUNDS = 3
LEAST_RATIO, LONGEST_P95 = 0.6, 150
ANSWERS_EACH = 12  # then the next student goes on, so that nobody's day grows longer than a day
EVERY = 4  # seconds
HEADER = (
    f"| students at once | answers a second | of the bare view | ratio (aim {LEAST_RATIO}) "
    "| answer p50, p95, p99 (ms) | bare view (ms) |",
    "|---|---|---|---|---|---|",
)
WORKERS = str(min(2 * (os.cpu_count() or 1), 8))
WITH_THE_BARE_VIEW = {"DJANGO_SETTINGS_MODULE": "tests.bench.load_settings", "WEB_WORKERS": WORKERS}
MAKE_TALLIES = """
import django; django.setup()
from accounts.models import User
from tests.bench.models import Tally
Tally.objects.bulk_create(Tally(user=user) for user in User.objects.all())
"""


class Run(NamedTuple):
    """What came of a run, or of several one after another."""

    rate: float
    seconds: list[float]
    troubles: dict[str, int]
    stolen: float  # the share of the processors that other machines on the same hardware had meanwhile

    @property
    def milliseconds(self):
        """Of the median, of 95 and of 99 in a hundred."""
        cuts = quantiles(self.seconds, n=100)
        return ", ".join(f"{1000 * cuts[place]:.0f}" for place in (49, 94, 98))

    def __str__(self):
        others = f"; {self.stolen:.1%} of the processors stolen" if self.stolen >= 0.01 else ""
        return f"p50, p95, p99 {self.milliseconds} ms; failed: {self.troubles or 'none'}{others}"


def bare(sender):
    sender.seconds.append(sender.ask_until_answered("POST", "/bench/bare/", {"elapsed_ms": "5000"}).seconds)


def run(senders, work, length):
    """Each piece of work is handed what says when it is over."""
    for sender in senders:
        sender.seconds.clear()
        sender.troubles.clear()
    over, start, before = Event(), time.perf_counter(), ticks()
    with ThreadPoolExecutor(len(work)) as pool:
        running = [pool.submit(one, over) for one in work]
        time.sleep(length)
        over.set()
        [one.result() for one in running]
    seconds = [one for sender in senders for one in sender.seconds]
    rate = len(seconds) / (time.perf_counter() - start)
    return Run(rate, seconds, troubles_of(senders), stolen(before, ticks()))


def ticks():
    """What the kernel has counted so far of the time of all processors, in the order of /proc/stat."""
    return list(map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]))


def stolen(before, after):
    spent = [late - early for early, late in zip(before, after, strict=True)]
    return spent[-1] / (sum(spent) or 1)  # in some sandboxes nothing is counted


def as_quick_as_they_can(senders, at_once, act, length):
    """Every worker takes its share of the students in turn."""

    def work(worker, over):
        while not over.is_set():
            for sender in senders[worker::at_once]:
                for _ in range(ANSWERS_EACH):
                    if over.is_set():
                        return
                    act(sender)

    return run(senders, [partial(work, worker) for worker in range(at_once)], length)


def together(runs):
    troubles = sum((Counter(one.troubles) for one in runs), start=Counter())
    seconds, shares = [took for one in runs for took in one.seconds], [one.stolen for one in runs]
    return Run(median(one.rate for one in runs), seconds, dict(troubles), mean(shares))


def compare(senders, at_once, seconds_each):
    """Answers and visits to the bare view in turn, so that whatever else the machine does slows both."""
    acts = (Sender.answer, bare)
    rounds = [[as_quick_as_they_can(senders, at_once, act, seconds_each) for act in acts] for _ in range(ROUNDS)]
    answers, bares = map(together, zip(*rounds, strict=True))
    ratio = f"{answers.rate / bares.rate:.2f} ×"
    rates = f"{answers.rate:.0f} answers/s, {bares.rate:.0f} of the bare view"
    print(f"{at_once:>4} at once: {rates}, {ratio} (aim ≥ {LEAST_RATIO})")
    print(f"      answer {answers}\n      bare view {bares}", flush=True)
    return at_once, f"{answers.rate:.0f}", f"{bares.rate:.0f}", ratio, answers.milliseconds, bares.milliseconds


def every_four_seconds(senders, length):
    chance = Random(1939)

    def grade(sender, wait, over):
        over.wait(wait)
        sender.answer_until(over, EVERY)

    found = run(senders, [partial(grade, sender, chance.uniform(0, EVERY)) for sender in senders], length)
    what = f"{len(senders)}, a card every {EVERY} s"
    print(
        f"{what} for {length:g} s: {len(found.seconds)} answers\n      {found} (aim: p95 < {LONGEST_P95} ms)",
        flush=True,
    )
    return (f"{what} (aim: p95 < {LONGEST_P95})", f"{found.rate:.0f}", "", "", found.milliseconds, ""), found.troubles


def memory(server):
    """Megabytes of each process of the server that are its own or shared, as the kernel counts them."""
    rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in server.workers()]
    return ", ".join(f"{int(rollup.split('Pss:')[1].split()[0]) / 1024:.0f}" for rollup in rollups)


@contextmanager
def database(*, postgresql):
    if not postgresql:
        yield ""
        return
    with running_cluster() as cluster:
        yield cluster.url


def main():
    parser = ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="of a card every four seconds")
    parser.add_argument("--each", type=float, default=8, help="seconds of each of the other runs")
    parser.add_argument("--postgresql", action="store_true")
    arguments = parser.parse_args()
    with database(postgresql=arguments.postgresql) as url, TemporaryDirectory(prefix="load-") as directory:
        server = Server(Path(directory), database_url=url, **WITH_THE_BARE_VIEW)
        server.migrate()
        keys = make_students(server, students=STUDENTS, cards=CARDS)
        server.run("manage.py", "migrate", "--run-syncdb", "--verbosity", "0", "--skip-checks")
        server.run("-c", MAKE_TALLIES)
        start = time.perf_counter()
        server.start()
        senders = [Sender([server.port], key) for key in keys]
        senders[0].answer()
        name = "PostgreSQL" if url else "SQLite"
        print(
            f"{name}, Python {python_version()}, {os.cpu_count()} cores, {WORKERS} processes of one thread; "
            f"first answer {time.perf_counter() - start:.1f} s after the start"
        )
        try:
            rows = [compare(senders, at_once, arguments.each) for at_once in AT_ONCE]
            last, failed = every_four_seconds(senders, arguments.seconds)
            print(f"memory of each process: {memory(server)} MB\n")
        finally:
            server.kill()
    tell(name, [*rows, last])
    sys.exit(bool(failed))


def tell(name, rows):
    """As README has it."""
    print(*HEADER, *(f"| {name}: {' | '.join(map(str, row))} |" for row in rows), sep="\n")


if __name__ == "__main__":
    main()
