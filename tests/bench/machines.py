"""Three servers before one PostgreSQL, its copy and one Redis, without sticky sessions: python -m tests.bench.machines

What one machine writes, the next one reads; the pages of figures come from the copy; wrong passwords are counted by all
together; a machine that falls over is missed by nobody.
"""

import subprocess
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

from tests.bench.postgresql import running_cluster
from tests.school_server import PASSWORD, Server, free_port
from tests.storm import Sender, faults, make_students, storm

MACHINES, STUDENTS = 3, 4
GIVE_PASSWORD = """
import django; django.setup()
from accounts.models import User
user = User.objects.get(username="s0")
user.set_password({password!r})
user.save()
"""


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


def main():
    with ExitStack() as stack:
        directory = stack.enter_context(TemporaryDirectory(prefix="machines-"))
        first = stack.enter_context(running_cluster("wal_level=replica", "max_wal_senders=4", "hot_standby=on"))
        copy = stack.enter_context(first.following())
        redis = stack.enter_context(running_redis())
        common = {"CACHE_URL": redis, "DATABASE_REPLICA_URL": copy.url, "ANSWERS_A_MINUTE": "0"}
        servers = [Server(Path(directory), database_url=first.url, **common) for _ in range(MACHINES)]
        keys = make_students(servers[0], students=STUDENTS, cards=500)
        servers[0].run("-c", GIVE_PASSWORD.format(password=PASSWORD))
        for server in servers:
            server.start()
            stack.callback(server.kill)
        senders = [Sender([server.port for server in servers], key) for key in keys]
        everywhere(senders, servers)
        one_falls_over(senders, servers)
        wrong_passwords(servers)
        without_the_copy(senders[0], copy)


def everywhere(senders, servers):
    """Each answer goes to another machine than the one before."""
    storm(senders, lambda: sleep(5))
    answers = sum(len(sender.acknowledged) for sender in senders)
    failed = dict(sum((sender.troubles for sender in senders), Counter())) or "none"
    print(f"{answers} answers, each to the next machine: {faults(servers[0], senders)}; failed {failed}", flush=True)


def one_falls_over(senders, servers):
    def disturb():
        sleep(1)
        servers[1].kill()
        sleep(4)
        servers[1].start()

    storm(senders, disturb)
    print(f"one machine gone for 4 s: {faults(servers[0], senders)}")


def wrong_passwords(servers):
    tries = [servers[place % MACHINES].log_in("s0", "wrong") for place in range(12)]
    right = [server.log_in("s0") for server in servers]
    print(f"12 wrong passwords in turn: {dict(Counter(tries))}; then the right one on each machine: {right}")


def without_the_copy(sender, copy):
    before = sender.ask("GET", "/stats/").status
    copy.stop()
    after, review = sender.ask("GET", "/stats/").status, sender.ask("GET", "/review/").status
    copy.start()
    print(f"figures {before}; without the copy {after}, a review {review}")


if __name__ == "__main__":
    main()
