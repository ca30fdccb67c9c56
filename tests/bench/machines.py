"""Three servers before one PostgreSQL, its copy and one Redis, without sticky sessions: python -m tests.bench.machines

What one machine writes, the next one reads; the pages of figures come from the copy; wrong passwords are counted by all
together; a machine that falls over is missed by nobody. Exits with 1 if any of that is not so.
"""

import subprocess
import sys
from argparse import ArgumentParser
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from tests.bench.postgresql import running_cluster
from tests.school_server import PASSWORD, Server, free_port
from tests.storm import Sender, faults, make_students, storm, troubles_of

MACHINES, STUDENTS, CARDS = 3, 4, 2000
LOG_INS = 10  # wrong ones for a name, before the right one is refused too
TYPIST = """
import django; django.setup()
from accounts.models import User
User.objects.create_user("typist", password={password!r})
"""
SEEN = "SELECT count(*) FROM cards_reviewlog"


@contextmanager
def running_redis():
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        sleep(1)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill()
        process.wait()


def main():
    parser = ArgumentParser(prog="python -m tests.bench.machines", description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=20, help="of answers, and then of answers with one machine gone"
    )
    seconds = parser.parse_args().seconds
    with ExitStack() as stack:
        first = stack.enter_context(running_cluster("wal_level=replica", "max_wal_senders=4", "hot_standby=on"))
        copy = stack.enter_context(first.following())
        servers, keys = _machines(stack, first, copy)
        senders = [Sender([server.port for server in servers], key) for key in keys]
        verdicts = [
            everywhere(senders, servers, seconds),
            one_falls_over(senders, servers, seconds),
            wrong_passwords(servers),
            figures_of_the_copy(senders[0], first, copy),
        ]
    print("all as promised" if all(verdicts) else "NOT as promised")
    sys.exit(not all(verdicts))


def _machines(stack, first, copy):
    """The servers, started, and a session for each student."""
    directory = Path(stack.enter_context(TemporaryDirectory(prefix="machines-")))
    redis = stack.enter_context(running_redis())
    common = {"CACHE_URL": redis, "DATABASE_REPLICA_URL": copy.url, "ANSWERS_A_MINUTE": "0"}
    servers = [Server(directory, database_url=first.url, **common) for _ in range(MACHINES)]
    servers[0].migrate()
    keys = make_students(servers[0], students=STUDENTS, cards=CARDS)
    servers[0].run("-c", TYPIST.format(password=PASSWORD))
    for server in servers:
        server.start()
        stack.callback(server.kill)
    return servers, keys


def everywhere(senders, servers, seconds):
    """Each answer goes to another machine than the one before."""
    storm(senders, lambda: sleep(seconds))
    answers, wrong, failed = _answers(senders), faults(servers[0], senders), troubles_of(senders)
    print(f"{answers} answers, each to the next machine: {wrong}; failed {failed or 'none'}", flush=True)
    return not any(wrong.values()) and not failed


def one_falls_over(senders, servers, seconds):
    def disturb():
        sleep(seconds / 4)
        servers[1].kill()
        sleep(seconds / 2)
        servers[1].start()
        sleep(seconds / 4)

    before = _answers(senders)
    storm(senders, disturb)
    answers, wrong = _answers(senders) - before, faults(servers[0], senders)
    failed = troubles_of(senders)
    print(f"one machine gone for {seconds / 2:g} s: {answers} answers, {wrong}; sent again after {failed}", flush=True)
    return not any(wrong.values()) and answers > 0


def _answers(senders):
    return sum(len(sender.acknowledged) for sender in senders)


def wrong_passwords(servers):
    """One more than is allowed, in turn: together they count to the limit, and then refuse on each machine."""
    tries = Counter(servers[place % MACHINES].log_in("typist", "wrong") for place in range(LOG_INS + 2))
    right = [server.log_in("typist") for server in servers]
    print(
        f"{LOG_INS + 2} wrong passwords in turn: {dict(tries)}; then the right one on each machine: {right}", flush=True
    )
    return tries == {200: LOG_INS, 429: 2} and set(right) == {429}


def figures_of_the_copy(sender, first, copy):
    """While it is gone there are no figures, and reviews go on; when it is back it has caught up."""
    before = sender.ask("GET", "/stats/").status
    copy.stop()
    gone, review = sender.ask("GET", "/stats/").status, sender.ask("GET", "/review/").status
    sender.answer()
    copy.start()
    start, written = monotonic(), first.value(SEEN)
    while copy.value(SEEN) != written and monotonic() < start + 30:
        sleep(0.05)
    caught_up, after = monotonic() - start, sender.ask_until_answered("GET", "/stats/").status
    print(f"figures {before}; without the copy {gone}, a review {review}; back, {caught_up:.1f} s later: {after}")
    return (before, gone, review, after) == (200, 503, 200, 200) and caught_up < 30


if __name__ == "__main__":
    main()
