"""PactCards as a school runs it, for tests: gunicorn with two processes, and a database of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psycopg

ROOT = Path(__file__).parent.parent
PASSWORD = "narew-vistula-san"
MAKE_STUDENTS = """
import django; django.setup()
from django.contrib.auth.hashers import make_password
from accounts.models import User
password = make_password({password!r})
User.objects.bulk_create(User(username=f"student{{number}}", password=password) for number in range({count}))
"""
TOKEN = "t" * 32


def _database(directory):
    """A new one, where the tests have theirs."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        return f"sqlite:///{directory}/school.sqlite3"
    name = f"school_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    return given.replace("///postgres?", f"///{name}?")


class SchoolServer:
    def __init__(self, directory, *, students):
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.school_settings",
            "DATABASE_URL": _database(directory),
            "SYNCHRONOUS": "FULL",
            "SECRET_KEY": "k" * 60,
            "DEBUG": "off",
            "BEHIND_HTTPS": "off",
            "REQUIRE_STAFF_MFA": "off",
        }
        self.directory = directory
        self.run("manage.py", "migrate", "--verbosity", "0")
        self.run("-c", MAKE_STUDENTS.format(password=PASSWORD, count=students))
        self.start()

    def run(self, *arguments):
        """What only prepares need not wait for the disk."""
        environment = self.environment | {"SYNCHRONOUS": "OFF"}
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True)

    def start(self):
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = ["gunicorn", "pactcards.wsgi", "--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{self.port}"]
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command, "--no-control-socket"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def _wait(self):
        for _ in range(200):
            with suppress(OSError), closing(socket.create_connection(("127.0.0.1", self.port))):
                return
            time.sleep(0.1)
        raise TimeoutError((self.directory / "log").read_text())

    def kill(self):
        """All of it at once, as when the power fails."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def log_in(self, name, password=PASSWORD, **headers):
        """The status of the answer to the log-in form."""
        body = urlencode({"login": name, "password": password, "csrfmiddlewaretoken": TOKEN})
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={TOKEN}", **headers}
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=50)) as connection:
            connection.request("POST", "/accounts/login/", body, sent)
            return connection.getresponse().status
