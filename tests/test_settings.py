"""Settings from the environment: a typo is loud, the defaults are safe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
KEY = "k" * 60
MAIL = {
    "SECRET_KEY": KEY,
    "EMAIL_URL": "submission://cards:secret@mail.school.example:587",
    "DEFAULT_FROM_EMAIL": "cards@school.example",
    "SITE_URL": "https://cards.school.example/",
}


def run(*arguments, **environment):
    """A manage.py command in a process of its own, with nothing but this environment."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": "sqlite:///:memory:", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"DEBUG": "yess"}, 'Environment variable "DEBUG" invalid'),
        ({"SECRET_KEY": KEY, "BEHIND_HTTPS": "maybe"}, 'Environment variable "BEHIND_HTTPS" invalid'),
        ({"SECRET_KEY": KEY, "HSTS_SECONDS": "long"}, 'Environment variable "HSTS_SECONDS" invalid'),
        ({"SECRET_KEY": KEY, "TIME_ZONE": "Europe/Atlantis"}, 'Environment variable "TIME_ZONE" invalid'),
        ({"SECRET_KEY": KEY, "SCHOOL_LANGUAGE": "fr"}, 'Environment variable "SCHOOL_LANGUAGE" invalid'),
        ({"SECRET_KEY": KEY, "EMAIL_URL": "smpt://host"}, 'Environment variable "EMAIL_URL" invalid'),
        ({"SECRET_KEY": KEY, "EMAIL_URL": "smtp://host:port"}, 'Environment variable "EMAIL_URL" invalid'),
        ({"SECRET_KEY": KEY, "EMAIL_URL": "smtp://host"}, "DEFAULT_FROM_EMAIL must be set"),
        ({**MAIL, "SITE_URL": ""}, "SITE_URL must be set"),
        ({**MAIL, "SITE_URL": "cards.school.example"}, "SITE_URL must be set and begin with https://"),
        ({}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be set"),
    ],
)
def test_wrong_environment_stops_the_start_with_its_name(environment, complaint):
    result = run("check", **environment)
    assert result.returncode == 1
    assert complaint in result.stderr


def test_production_settings_pass_the_deployment_check():
    result = run(
        "check", "--deploy", "--fail-level", "WARNING", SECRET_KEY=KEY[:50] + "abcdefghijkl", HSTS_PRELOAD="on"
    )
    assert result.returncode == 0, result.stderr


def test_defaults_are_safe():
    code = (
        "from django.conf import settings as s;"
        "print(s.DEBUG, '*' in s.ALLOWED_HOSTS, s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT)"
    )
    assert run("shell", "--no-imports", "-c", code, SECRET_KEY=KEY).stdout == "False False True True\n"


MAIL_CODE = (
    "from django.conf import settings as s;"
    "print(s.EMAIL_IS_SET_UP, s.EMAIL_BACKEND.split('.')[-2], s.EMAIL_HOST, s.EMAIL_USE_TLS, s.SITE_URL)"
)


@pytest.mark.parametrize(
    ("environment", "mail"),
    [
        (MAIL, "True smtp mail.school.example True https://cards.school.example"),
        ({"SECRET_KEY": KEY}, "False dummy None False "),
        ({"DEBUG": "on"}, "True console None False http://localhost:8000"),
    ],
)
def test_email_is_set_up_by_one_address(environment, mail):
    assert run("shell", "--no-imports", "-c", MAIL_CODE, **environment).stdout == mail + "\n"


def test_sqlite_locks_at_once_and_waits_for_the_disk():
    code = (
        "from django.db import connection as c; o = c.settings_dict['OPTIONS'];"
        "print(o['transaction_mode'], 'synchronous=FULL' in o['init_command'], 'mmap_size=0' in o['init_command'])"
    )
    assert run("shell", "--no-imports", "-c", code, SECRET_KEY=KEY).stdout == "IMMEDIATE True True\n"
