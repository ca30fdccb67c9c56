"""The production server under load: python -m tests.bench.load [--seconds 300] [--postgresql]

Answers through gunicorn, by 1, 16 and 300 students as quick as they can, beside a bare view on the same server with the
same sessions; then 300 students who grade a card every four seconds. Clients and server share the machine. Exits with 1
if an answer fails; the aims are printed beside what was measured.
"""

import os
import sys
import time
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from threading import Event

from tests.bench.postgresql import running_cluster
from tests.school_server import Server
from tests.storm import Sender, make_students, troubles_of

STUDENTS, CARDS = 300, 250
AT_ONCE = (1, 16, 300)
ROUNDS = 3
LEAST_RATIO, LONGEST_P95 = 0.6, 150
ANSWERS_EACH = 12  # then the next student goes on, so that nobody's day grows longer than a day
EVERY = 4  # seconds
WORKERS = str(min(2 * (os.cpu_count() or 1), 8))
WITH_THE_BARE_VIEW = {"DJANGO_SETTINGS_MODULE": "tests.bench.load_settings", "WEB_WORKERS": WORKERS}
MAKE_TALLIES = """
import django; django.setup()
from accounts.models import User
from tests.bench.models import Tally
Tally.objects.bulk_create(Tally(user=user) for user in User.objects.all())
"""


def bare(sender):
    sender.seconds.append(sender.ask_until_answered("POST", "/bench/bare/", {"elapsed_ms": "5000"}).seconds)


def as_quick_as_they_can(senders, at_once, act, seconds):
    """Answers a second, and the seconds of each: every worker takes its share of the students in turn."""
    over, start = Event(), time.perf_counter()

    def work(worker):
        while not over.is_set():
            for sender in senders[worker::at_once]:
                for _ in range(ANSWERS_EACH):
                    if over.is_set():
                        return
                    act(sender)

    for sender in senders:
        sender.seconds.clear()
    with ThreadPoolExecutor(at_once) as pool:
        running = [pool.submit(work, worker) for worker in range(at_once)]
        time.sleep(seconds)
        over.set()
        [one.result() for one in running]
    took = [one for sender in senders for one in sender.seconds]
    return len(took) / (time.perf_counter() - start), took


def compare(senders, seconds_each):
    for at_once in AT_ONCE:
        rates = {Sender.answer: [], bare: []}
        seconds = {Sender.answer: [], bare: []}
        for _ in range(ROUNDS):  # in turn, so that whatever else the machine does slows both
            for act, found in rates.items():
                rate, took = as_quick_as_they_can(senders, at_once, act, seconds_each)
                found.append(rate)
                seconds[act] += took
        answers, bares = (median(found) for found in rates.values())
        ratio = f"{answers / bares:.2f} × (aim ≥ {LEAST_RATIO})"
        print(f"{at_once:>4} at once: {answers:.0f} answers/s, {bares:.0f} of the bare view, {ratio}", flush=True)
        print(f"      answer {in_words(seconds[Sender.answer])}; bare view {in_words(seconds[bare])}", flush=True)


def every_four_seconds(senders, length):
    """How many answers had to be sent again."""
    over, chance = Event(), Random(1939)

    def grade(sender, wait):
        over.wait(wait)
        sender.answer_until(over, EVERY)

    for sender in senders:
        sender.seconds.clear()
        sender.troubles.clear()
    with ThreadPoolExecutor(len(senders)) as pool:
        running = [pool.submit(grade, sender, chance.uniform(0, EVERY)) for sender in senders]
        time.sleep(length)
        over.set()
        [one.result() for one in running]
    seconds = [one for sender in senders for one in sender.seconds]
    troubles = troubles_of(senders)
    print(f"{len(senders)} students, a card every {EVERY} s for {length:g} s: {len(seconds)} answers")
    print(f"      {in_words(seconds)} (aim: p95 < {LONGEST_P95} ms); failed: {troubles or 'none'}", flush=True)
    return sum(troubles.values())


def in_words(seconds):
    cuts = quantiles(seconds, n=100)
    return f"p50 {1000 * median(seconds):.0f} ms, p95 {1000 * cuts[94]:.0f} ms, p99 {1000 * cuts[98]:.0f} ms"


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
        print(
            f"{'PostgreSQL' if url else 'SQLite'}, {os.cpu_count()} cores, {WORKERS} processes of one thread; "
            f"first answer {time.perf_counter() - start:.1f} s after the start"
        )
        try:
            compare(senders, arguments.each)
            failed = every_four_seconds(senders, arguments.seconds)
            print(f"memory of each process: {memory(server)} MB")
        finally:
            server.kill()
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
