"""`manage.py status`: how the server is, and what needs looking after."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from pactcards.database.making import version

ROOT = Path(__file__).parent.parent
VERSION = "from pactcards.database.making import version; print(version())"
pytestmark = pytest.mark.django_db


@pytest.fixture
def backup_made(settings, tmp_path):
    """Pretends that one was tried out, so many hours old."""
    settings.BACKUP_DIR = tmp_path

    def made(hours):
        made_at = (timezone.now() - timedelta(hours=hours)).isoformat()
        (tmp_path / "last-verified.json").write_text(json.dumps({"file": "b.zip", "made_at": made_at}))

    return made


def told(capsys, **options):
    call_command("status", json=True, **options)
    return json.loads(capsys.readouterr().out)


def test_all_is_well(capsys, backup_made, settings):
    backup_made(hours=25)
    settings.EMAIL_IS_SET_UP = False
    found = told(capsys)
    assert (found["troubles"], found["last_verified_backup"]["file"], found["mail"]) == ([], "b.zip", "not set up")
    assert found["version"] == version()


def test_words_are_for_people(capsys, backup_made):
    backup_made(hours=1)
    call_command("status")
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        *("version", "database", "disk", "backup", "mail")
    ]


@pytest.mark.parametrize(("hours", "trouble"), [(None, "no backup has been tried out yet"), (27, "is 27 hours old")])
def test_missing_or_old_backup_fails(backup_made, hours, trouble):
    if hours:
        backup_made(hours)
    with pytest.raises(CommandError, match=trouble):
        call_command("status")


def test_damage_that_was_found_fails(backup_made, tmp_path):
    backup_made(hours=1)
    tried = {"file": "c.zip", "problems": ["check_reviews says: damage found: memory 3"]}
    (tmp_path / "last-tried.json").write_text(json.dumps(tried))
    with pytest.raises(CommandError, match=r"c.zip was tried out and cannot be relied on: .* memory 3"):
        call_command("status")


def test_mail_is_tried(capsys, backup_made, mailoutbox):
    backup_made(hours=1)
    assert told(capsys, mail_to="head@school.example")["mail"] == "sent"
    assert [mail.to for mail in mailoutbox] == [["head@school.example"]]


def test_refused_mail_fails(backup_made, settings):
    backup_made(hours=1)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        1,
    )
    with pytest.raises(CommandError, match="the test mail was not taken"):
        call_command("status", mail_to="head@school.example")


def test_mail_that_is_not_set_up_fails(capsys, backup_made, settings):
    """As without EMAIL_URL, where Django takes every mail and throws it away."""
    backup_made(hours=1)
    settings.EMAIL_BACKEND, settings.EMAIL_IS_SET_UP = "django.core.mail.backends.dummy.EmailBackend", False
    with pytest.raises(CommandError, match="mail is not set up, so no test mail was sent: set EMAIL_URL"):
        call_command("status", mail_to="head@school.example")
    assert "mail      not set up" in capsys.readouterr().out


def test_copy_without_history_has_no_version(settings, tmp_path):
    settings.BASE_DIR, settings.PACTCARDS_VERSION = tmp_path, ""
    assert version() == "unknown"


@pytest.mark.parametrize(("given", "said"), [("0123456789ab", "0123456789ab"), ("", "unknown")])
def test_image_says_with_which_version_it_was_built(given, said, tmp_path):
    """As the file says it, in a process that finds no git."""
    lines = (ROOT / "pactcards" / "deploy" / "Containerfile").read_text().splitlines()
    (name,) = (line.partition(" ")[2].removesuffix("=$VERSION") for line in lines if line.endswith("=$VERSION"))
    assert lines.index("ARG VERSION") == lines.index(f"ENV {name}=$VERSION") - 1
    environment = os.environ | {"PATH": str(tmp_path), name: given}
    command = [sys.executable, "-c", "import django; django.setup(); " + VERSION]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    assert done.stdout == f"{said}\n"
