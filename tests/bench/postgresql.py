"""A private PostgreSQL of this machine's own, that waits for the disk as a school's does."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import chown
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any, LiteralString

import psycopg


class Cluster:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
        self.owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self.owner:
            chown(directory, "postgres")
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")

    @property
    def url(self) -> str:
        return f"postgres:///postgres?host={self.directory}&user=postgres"

    def start(self, *settings: str) -> None:
        options = f"-k {self.directory} -c listen_addresses='' {' '.join(f'-c {setting}' for setting in settings)}"
        self._run("pg_ctl", "-w", "-l", f"{self.directory}/log", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "stop")

    def value(self, question: LiteralString) -> Any:
        with psycopg.connect(self.url) as database:
            (found,) = database.execute(question).fetchone() or (None,)
        return found

    def execute(self, statement: LiteralString) -> None:
        with psycopg.connect(self.url, autocommit=True) as database:
            database.execute(statement)

    def kill(self) -> None:
        """All its processes at once, as when the power fails; returns when none is left."""
        (leader, *_rest) = (self.directory / "data" / "postmaster.pid").read_text().split()
        pids = [int(leader), *map(int, Path(f"/proc/{leader}/task/{leader}/children").read_text().split())]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(Path(f"/proc/{pid}").exists() for pid in pids):
            sleep(0.05)

    @contextmanager
    def copied(self, *options: str) -> "Iterator[Cluster]":
        """A base backup of it, that does not run yet."""
        with TemporaryDirectory(prefix="pactcards-pg-") as directory:
            copy = Cluster.__new__(Cluster)
            copy.directory, copy.programs, copy.owner = Path(directory), self.programs, self.owner
            if self.owner:
                chown(directory, "postgres")
            copy._run("pg_basebackup", *options, "--checkpoint=fast", "-h", str(self.directory), "-U", "postgres")
            yield copy

    @contextmanager
    def following(self) -> "Iterator[Cluster]":
        """A copy that follows this one and can only be read."""
        with self.copied("-R") as copy:
            copy.start()
            try:
                yield copy
            finally:
                copy.stop()

    def recover(self, *settings: str) -> None:
        """Started from a base backup and what the settings say is to be done again; returns when that is done."""
        (self.directory / "data" / "recovery.signal").touch()
        self.start(*settings)
        self._wait_until_it_writes()

    def promote(self) -> None:
        """From a copy that follows to a server of its own."""
        self._run("pg_ctl", "-w", "promote")
        self._wait_until_it_writes()

    def _wait_until_it_writes(self) -> None:
        while self.value("SELECT pg_is_in_recovery()"):
            sleep(0.05)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self.owner, f"{self.programs}/{program}", "-D", f"{self.directory}/data", *arguments]
        subprocess.run(command, cwd=self.directory, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def running_cluster(*settings: str) -> Iterator[Cluster]:
    with TemporaryDirectory(prefix="pactcards-pg-") as directory:
        cluster = Cluster(Path(directory))
        cluster.start(*settings)
        try:
            yield cluster
        finally:
            cluster.stop()
