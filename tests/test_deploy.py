"""The files for a school's server: they parse, and name what is there."""

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock, Mock

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import get_commands, load_command_class
from environs import Env
from gunicorn.config import Config
from gunicorn.http.errors import InvalidRequestLine
from gunicorn.workers.base import Worker

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "pactcards" / "deploy"
SCRIPTS = ("manage", "prepare", "serve", "upgrade", "with-settings")
PERIODIC = {
    *("send_reminders", "send_digests", "purge_expired", "clear_imports", "clearsessions", "check_reviews"),
    *("backup", "replan", "status"),
}
PACKAGES = {  # of each program that our code or a script of the server runs, by its name on Debian
    "gpg": "gnupg",
    **dict.fromkeys(("pg_dump", "pg_restore", "psql"), "postgresql-client"),
    "git": "git",
    "make": "make",
    "curl": "curl",
}
NOT_IN_THE_IMAGE = {"git", "make", "curl"}  # an image is not upgraded but built anew, and knows no commits


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_parses_and_can_be_run(name):
    script = DEPLOY / name
    assert subprocess.run(["/bin/bash", "-n", script], check=False).returncode == 0
    assert script.stat().st_mode & 0o111 == 0o111


def test_cron_has_every_periodic_command():
    named = set(re.findall(r"deploy/manage (\w+)", (DEPLOY / "pactcards.cron").read_text()))
    assert named >= PERIODIC
    assert named <= set(get_commands())


@pytest.mark.parametrize("line", re.findall(r"deploy/manage (.+)", (DEPLOY / "pactcards.cron").read_text()))
def test_command_of_cron_takes_its_options(line):
    name, *options = line.removesuffix(">/dev/null").split()
    command = load_command_class(get_commands()[name], name)
    assert set(options) <= {
        option for action in command.create_parser("manage.py", name)._actions for option in action.option_strings
    }


def test_cron_lines_of_the_readme_are_those_of_the_file():
    """With the server's settings: without them no command of ours starts."""
    line = re.compile(r"^([\d*]+(?: [\d*]+){4}) +(?:pactcards +)?(\S.*manage(?:\.py)? .*)$", re.M)
    of_readme = line.findall((ROOT / "README.md").read_text())
    assert len(of_readme) == 5
    assert set(of_readme) <= set(line.findall((DEPLOY / "pactcards.cron").read_text()))


@pytest.mark.parametrize(
    "line", re.findall(r"^# ?(\w+)=|^(\w+)=", (DEPLOY / "pactcards.env.example").read_text(), re.M)
)
def test_example_names_settings_of_the_readme(line):
    assert f"`{''.join(line)}`" in (ROOT / "README.md").read_text()


def test_container_is_built_from_what_the_project_has():
    copied = re.findall(r"^COPY (?!--)(\S+)", (DEPLOY / "Containerfile").read_text(), re.M)
    assert [path for path in copied if not (ROOT / path).exists()] == []


def test_context_of_the_image_is_what_it_copies():
    """Beside it lie the settings and the database of a server."""
    copied = set(re.findall(r"^COPY (?!--)(\S+)", (DEPLOY / "Containerfile").read_text(), re.M))
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert {line for line in lines if line[0] not in "#*"} == {f"!{path}" for path in copied}
    assert lines[1] == "*"


def programs_of_the_code():
    """Every first word that is looked for on the machine; `sys.executable` and names in variables are none."""
    by_name = re.compile(r"""(?:which|_program|_run)\(\s*["']([\w-]+)["']|(?:run|Popen)\(\s*\[["']([\w-]+)["']""")
    text = "\n".join(
        path.read_text() for app in ("accounts", "cards", "pactcards") for path in (ROOT / app).rglob("*.py")
    )
    return {first or second for first, second in by_name.findall(text)}


def programs_of(script):
    return set(re.findall(r"(?:^|[;&(]|\b(?:if|then|exec)) *(git|make|curl|gpg|pg_\w+|psql|rsync)\b", script, re.M))


def test_programs_are_run_only_where_the_next_test_finds_them():
    """`moving` runs only this Python."""
    code = [path for app in ("accounts", "cards", "pactcards") for path in (ROOT / app).rglob("*.py")]
    running = {path.stem for path in code if re.search(r"subprocess|os\.(system|exec|popen|spawn)", path.read_text())}
    assert running == {"making", "moving", "postgresql", "sealing"}


def test_each_program_that_is_run_has_its_package():
    of_scripts = set().union(*(programs_of((DEPLOY / name).read_text()) for name in SCRIPTS))
    assert programs_of_the_code() | of_scripts == set(PACKAGES)


@pytest.mark.parametrize("program", sorted(PACKAGES))
def test_package_of_a_program_is_in_the_readme(program):
    assert re.search(rf"^\|[^|]*`{PACKAGES[program]}`[^|]*\|", (ROOT / "README.md").read_text(), re.M)


def test_container_has_the_package_of_each_program_and_keeps_no_lists():
    installed = re.findall(
        r"apt-get install -y --no-install-recommends ([\w -]+?) *\\\n", (DEPLOY / "Containerfile").read_text()
    )
    assert set(" ".join(installed).split()) == {PACKAGES[program] for program in set(PACKAGES) - NOT_IN_THE_IMAGE}
    assert (DEPLOY / "Containerfile").read_text().count("rm -rf /var/lib/apt/lists/*") == len(installed)


def test_proxy_waits_until_a_request_is_whole():
    assert "\t\tbuffer_requests\n\t\tbuffer_responses\n\t\tmax_buffer_size 12MB\n" in (DEPLOY / "Caddyfile").read_text()


@pytest.mark.parametrize(("proxies", "threads"), [("1", 1), ("0", 4), ("", 4)])
def test_server_has_several_processes_and_finishes_what_has_begun(monkeypatch, proxies, threads):
    monkeypatch.setenv("WEB_WORKERS", "3")
    monkeypatch.setenv("TRUSTED_PROXY_COUNT", proxies)
    found = runpy.run_path(str(DEPLOY / "gunicorn.py"))
    assert (found["workers"], found["threads"], found["graceful_timeout"]) == (3, threads, 30)


@pytest.mark.parametrize(
    ("file", "seconds"), [("pactcards.service", r"^TimeoutStopSec=(\d+)$"), ("Containerfile", r"--stop-timeout (\d+) ")]
)
def test_stop_waits_for_what_has_begun(file, seconds):
    found = runpy.run_path(str(DEPLOY / "gunicorn.py"))
    (waits,) = re.findall(seconds, (DEPLOY / file).read_text(), re.M)
    assert int(waits) > found["graceful_timeout"]


def test_proxy_lets_the_only_server_say_itself_that_it_is_in_maintenance():
    """Its page keeps the answer that was sent; asked for readiness, Caddy would hold each visitor for ten seconds."""
    lines = [line.strip() for line in (DEPLOY / "Caddyfile").read_text().splitlines()]
    assert [line for line in lines if line.startswith("health_")] == []


@pytest.fixture
def left_behind(tmp_path, monkeypatch):
    """A function: whether the server leaves the number of this process where an earlier server wrote it."""

    def is_left(pid):
        file = tmp_path / "gunicorn.pid"
        file.write_text(f"{pid}\n")
        monkeypatch.setenv("PIDFILE", str(file))
        runpy.run_path(str(DEPLOY / "gunicorn.py"))
        return file.exists()

    return is_left


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="this system does not tell what a process runs")
@pytest.mark.parametrize(("config", "is_left"), [("pactcards/deploy/gunicorn.py", True), ("other.py", False)])
def test_number_of_another_process_stops_no_start(config, is_left, left_behind):
    """As after a power cut."""
    run = [sys.executable, "-c", "print(flush=True); input()", config]
    with subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert left_behind(process.pid) == is_left
        process.communicate(b"\n")
    assert not left_behind(process.pid)


@pytest.mark.parametrize("error", [InvalidRequestLine("GET /students/anna"), ValueError("anna")])
def test_server_writes_no_address_of_a_request_that_fails(error, monkeypatch):
    for name in ("default_environ", "Response"):
        monkeypatch.setattr(f"gunicorn.workers.base.{name}", MagicMock())
    found = runpy.run_path(str(DEPLOY / "gunicorn.py"))
    log = found["logger_class"](Config())
    written = StringIO()
    monkeypatch.setattr(log.error_log.handlers[0], "stream", written)
    worker, request = Worker(0, 0, [], None, 30, Config(), log), SimpleNamespace(method="GET", uri="/students/anna")
    try:
        raise error
    except Exception:
        worker.handle_error(request, Mock(), ("203.0.113.9", 1), error)
    said = {"InvalidRequestLine": "Invalid request", "ValueError": "Error handling request: ValueError"}
    line = json.loads(written.getvalue())
    assert (line["message"], set(line)) == (said[type(error).__name__], {"level", "logger", "message", "time"})


def asked_where_mail_goes():
    Env().dj_email_url("EMAIL_URL")


def asked_for_a_key():
    raise ImproperlyConfigured("SECRET_KEY must be set")


@pytest.mark.parametrize(
    ("fail", "said"),
    [
        (
            asked_where_mail_goes,
            'EnvValidationError: Environment variable "EMAIL_URL" invalid: Not a valid email URL.',
        ),
        (asked_for_a_key, "ImproperlyConfigured: SECRET_KEY must be set"),
        (lambda: int(os.environ["EMAIL_URL"]), "ValueError"),
    ],
)
def test_server_that_cannot_begin_says_what_to_set_and_no_value(monkeypatch, fail, said):
    monkeypatch.setenv("EMAIL_URL", "smtp://anna:secret#@mail.example")
    log = runpy.run_path(str(DEPLOY / "gunicorn.py"))["logger_class"](Config())
    monkeypatch.setattr(log.error_log.handlers[0], "stream", written := StringIO())
    try:
        fail()
    except Exception:
        log.exception("Exception in worker process")
    words = json.loads(written.getvalue())["exc_info"].splitlines()[-1]
    assert (words.rpartition("exceptions.")[2].removeprefix("builtins."), "secret" in written.getvalue()) == (
        said,
        False,
    )


WHICH = "import os, sys; print(*(os.environ.get(name) for name in ('DATABASE_URL', 'MIGRATE_DATABASE_URL')))"


@pytest.mark.parametrize(
    ("command", "addresses"),
    [
        (["manage.py", "migrate"], "of-owner of-owner"),
        (["manage.py", "restore", "backup.zip"], "of-owner of-owner"),
        (["manage.py", "check"], "of-app of-owner"),
        (["gunicorn.py"], "of-app None"),
    ],
)
def test_owner_of_the_tables_makes_them_and_is_unknown_to_the_server(tmp_path, command, addresses):
    shutil.copytree(DEPLOY, tmp_path / "pactcards" / "deploy")
    (tmp_path / command[0]).write_text(WHICH)
    (tmp_path / "env").write_text("DATABASE_URL=of-app\nMIGRATE_DATABASE_URL=of-owner\n")
    run = [tmp_path / "pactcards" / "deploy" / "with-settings", sys.executable, *command]
    done = subprocess.run(run, env={"ENV_FILE": str(tmp_path / "env")}, capture_output=True, text=True, check=True)
    assert done.stdout == f"{addresses}\n"


@pytest.fixture
def with_settings(tmp_path):
    """A function: what a command prints under the real script, in a folder like the project's."""
    shutil.copytree(DEPLOY, tmp_path / "pactcards" / "deploy")
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    script = tmp_path / "pactcards" / "deploy" / "with-settings"
    return lambda *command: subprocess.run([script, *command], capture_output=True, text=True, check=True).stdout


def test_settings_are_made_once_with_a_key_of_their_own(with_settings, tmp_path):
    keys = [with_settings("printenv", "SECRET_KEY") for _ in range(2)]
    assert (len(keys[0]) > 50, keys[0] == keys[1]) == (True, True)
    assert (tmp_path / ".data" / "pactcards.env").stat().st_mode & 0o077 == 0


ADDRESS = "postgres:///school?sslmode=verify-full&sslrootcert=/etc/ca.pem"


def test_address_without_quotes_is_told_of(with_settings, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "one that was there before")
    (tmp_path / ".data").mkdir()
    (tmp_path / ".data" / "pactcards.env").write_text(f"DATABASE_URL={ADDRESS}\n")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        with_settings("printenv", "DATABASE_URL")
    assert "put the value of DATABASE_URL into single quotes" in refused.value.stderr


def test_address_in_quotes_is_taken_whole(with_settings, tmp_path):
    (tmp_path / ".data").mkdir()
    (tmp_path / ".data" / "pactcards.env").write_text(f"DATABASE_URL='{ADDRESS}'\n")
    assert with_settings("printenv", "DATABASE_URL") == f"{ADDRESS}\n"


def test_nobody_else_on_the_machine_reads_what_the_server_writes(with_settings):
    assert with_settings("sh", "-c", "umask") == "0077\n"
