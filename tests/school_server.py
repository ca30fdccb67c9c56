"""PactCards as a school runs it, for tests: gunicorn with the settings that are shipped, and a database of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import psycopg

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "pactcards" / "deploy" / "pactcards.env.example"
SHIPPED = dict(line.split("=", 1) for line in EXAMPLE.read_text().splitlines() if line and line[0] != "#")
# Browsers come straight to it: four threads in each process, and no HTTPS.
WITHOUT_PROXY = {"TRUSTED_PROXY_COUNT": "0", "TRUST_FORWARDED_PROTO": "off", "BEHIND_HTTPS": "off"}
HOST = SHIPPED["ALLOWED_HOSTS"]
PASSWORD = "narew-vistula-san"
MAKE_STUDENTS = """
import django; django.setup()
from django.contrib.auth.hashers import make_password
from accounts.models import User
password = make_password({password!r})
User.objects.bulk_create(User(username=f"student{{number}}", password=password) for number in range({count}))
"""
TOKEN = "t" * 32


def headers_of_a_form(**cookies):
    """What a browser sends with it and a proxy adds; the cookies by their names with HTTPS and without."""
    cookies |= {"csrftoken": TOKEN}
    named = [f"{prefix}{name}={value}" for prefix in ("", "__Host-") for name, value in cookies.items()]
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": "; ".join(named),
        "Host": HOST,
        "Referer": f"https://{HOST}/",
        "X-CSRFToken": TOKEN,
        "X-Forwarded-For": "192.0.2.7",
        "X-Forwarded-Proto": "https",
    }


def _database(directory, name):
    """A new one, where the tests have theirs."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        return f"sqlite:///{directory}/school.sqlite3"
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    return given.replace("///postgres?", f"///{name}?")


class Server:
    """On a port that stays the same when it is killed and started again."""

    def __init__(self, directory, *, database_url="", **settings):
        self.port = free_port()
        self.environment = os.environ | SHIPPED
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "tests.school_settings",
            "DATABASE_URL": database_url or _database(directory, f"school_{os.getpid()}_{self.port}"),
            "SYNCHRONOUS": "FULL",
            "SECRET_KEY": "k" * 60,
            "DEBUG": "off",
            "REQUIRE_STAFF_MFA": "off",
            "LOG_REQUESTS": "off",
            "WEB_WORKERS": "2",
            "PYTHONDONTWRITEBYTECODE": "",  # or each start would compile everything anew, for seconds
            "WSGI": "pactcards.wsgi",
            "BIND": f"127.0.0.1:{self.port}",
            "PIDFILE": f"{directory}/gunicorn-{self.port}.pid",
            **settings,
        }
        self.directory = directory

    def run(self, *arguments):
        """What it prints; what only prepares need not wait for the disk."""
        environment = self.environment | {"SYNCHRONOUS": "OFF"}
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout

    def migrate(self):
        self.run("manage.py", "migrate", "--verbosity", "0", "--skip-checks")

    def start(self, **settings):
        command = [sys.executable, "-m", "gunicorn", "--config", "pactcards/deploy/gunicorn.py"]
        command.append(self.environment["WSGI"])
        with (self.directory / "log").open("ab") as log:
            environment = self.environment | settings
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        self._wait()

    def _wait(self):
        """Until a process answers: the port is open before that."""
        for _ in range(600):
            with (
                suppress(OSError, HTTPException),
                closing(HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection,
            ):
                connection.request("GET", "/health/live")
                if connection.getresponse().status == 200:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise TimeoutError((self.directory / "log").read_text())

    def kill(self):
        """All of it at once, as when the power fails."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    close = kill

    def reload(self):
        """New processes take over, and the old ones finish what they have begun: an upgrade."""
        os.kill(self.process.pid, signal.SIGHUP)

    def workers(self):
        """The numbers of the processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return set(map(int, children.read_text().split()))

    def log_in(self, name, password=PASSWORD, **headers):
        """The status of the answer to the log-in form."""
        body = urlencode({"login": name, "password": password})
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=50)) as connection:
            connection.request("POST", "/accounts/login/", body, headers_of_a_form() | headers)
            return connection.getresponse().status


class SchoolServer(Server):
    """With students who have a password, in a database that is migrated; before it is no proxy to name a browser."""

    def __init__(self, directory, database_url, *, students):
        super().__init__(directory, database_url=database_url, **WITHOUT_PROXY)
        self.run("-c", MAKE_STUDENTS.format(password=PASSWORD, count=students))
        self.start()


def free_port():
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
