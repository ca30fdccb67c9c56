"""PactCards as `git clone` and `make serve` leave it on a school's machine, small enough to be upgraded in seconds."""

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.db import connection

from tests.school_server import free_port

ROOT = Path(__file__).parent.parent
CODE = ("accounts", "cards", "pactcards", "templates", "manage.py", "Makefile", "requirements.txt", ".gitignore")
PLAIN = 'STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"\n'
DECKS = ("motives.toml", "misconceptions.toml", "terms-and-results.toml")
GUNICORN = ("-m", "gunicorn", "--config", "pactcards/deploy/gunicorn.py", "pactcards.wsgi")
AGAIN = 'until "$@"; do sleep 2; pactcards/deploy/prepare; done'  # as the unit has it
MIGRATION = """
from django.db import migrations
class Migration(migrations.Migration):
    dependencies = [("cards", {before!r})]
    operations = [migrations.RunSQL({statement!r})]
"""
NOBODY = {f"GIT_{who}_{what}": "nobody" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


class Origin:
    """Where new versions come from; the first is the code of these tests, with few decks and plain static files."""

    def __init__(self, directory):
        self.directory = directory
        for name in CODE:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, directory / name)
        for deck in (directory / "cards" / "content").glob("*.toml"):
            if deck.name not in DECKS:
                deck.unlink()
        change(directory / "pactcards" / "settings.py", "MAINTENANCE_FILE =", f"{PLAIN}MAINTENANCE_FILE =")
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("first")

    def git(self, *arguments):
        environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", **NOBODY}
        subprocess.run([str(shutil.which("git")), *arguments], cwd=self.directory, env=environment, check=True)

    def commit(self, tag):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", tag)
        self.git("tag", tag)

    def migrate_by(self, *statements):
        """One new migration for each."""
        directory = self.directory / "cards" / "migrations"
        for number, statement in enumerate(statements, 9000):
            before = max(path.stem for path in directory.glob("[0-9]*.py"))
            (directory / f"{number}_new.py").write_text(MIGRATION.format(before=before, statement=statement))


class Installation:
    """Its database is a copy of the tests' own as it is now."""

    def __init__(self, directory, origin):
        self.directory, self.port = directory, free_port()
        origin.git("clone", "--quiet", ".", directory)
        os.utime(directory / "requirements.txt", (0, 0))  # nothing is to be installed
        for name in ("bin", "lib", "pyvenv.cfg"):
            (directory / ".venv").mkdir(exist_ok=True)
            (directory / ".venv" / name).symlink_to((ROOT / ".venv" / name).resolve())
        (directory / ".venv" / ".runtime").touch()
        (directory / ".data").mkdir()
        self.set("SECRET_KEY", "abcde-" * 10)
        self.set("BIND", f"127.0.0.1:{self.port}")
        self.set("WEB_WORKERS", 1)
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as tests, closing(self._database()) as copy:
            tests.backup(copy)

    def set(self, name, value):
        with (self.directory / ".data" / "pactcards.env").open("a") as file:
            file.write(f"{name}={value}\n")

    def run(self, *command, **more):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.directory)}
        return subprocess.Popen(
            command,
            cwd=self.directory,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **more,
        )

    def upgrade(self, to):
        """The number with which it ends, and what it says."""
        with self.run("pactcards/deploy/upgrade", to) as process:
            said = process.communicate()[0]
        return process.returncode, said

    def _database(self):
        return sqlite3.connect(self.directory / ".data" / "pactcards.sqlite3", isolation_level=None)

    def rows(self, statement):
        with closing(self._database()) as database:
            return database.execute(statement).fetchall()

    @property
    def tag(self):
        with self.run("git", "describe", "--tags") as process:
            return process.communicate()[0].strip()

    @property
    def is_in_maintenance(self):
        return (self.directory / ".data" / "maintenance").exists()

    def serve(self):
        """A process that starts the server again when it fails; it serves when this returns."""
        command = ("pactcards/deploy/with-settings", ".venv/bin/python", *GUNICORN)
        server = self.run("bash", "-c", AGAIN, "again", *command, start_new_session=True)
        for _ in range(300):
            with suppress(OSError, HTTPException):
                self.ask("/health/live")
                return server
            time.sleep(0.1)
        raise TimeoutError(self.stop(server))

    def stop(self, server):
        """What it has said."""
        os.killpg(server.pid, signal.SIGTERM)
        return server.communicate()[0]

    def ask(self, address):
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("GET", address)
            response = connection.getresponse()
            return response.status, response.read().decode()
