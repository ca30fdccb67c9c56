"""Django’s own check of a deployment, with the settings of production."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

PRODUCTION = {"DEBUG": "off", "SECRET_KEY": "0123456789abcdef" * 4, "ALLOWED_HOSTS": "cards.example"}


def check(**more):
    """The status, and the names of what was found wanting."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    environment = {"PATH": os.environ["PATH"]} | PRODUCTION | more
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=False, capture_output=True, text=True)


def test_production_is_found_wanting_in_nothing():
    done = check()
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("wrong", "name"),
    [({"BEHIND_HTTPS": "off"}, "W012"), ({"DEBUG": "on"}, "W018"), ({"SECRET_KEY": "aabb" * 20}, "W009")],
)
def test_what_is_not_as_in_production_is_found(wrong, name):
    done = check(**wrong)
    assert (done.returncode, f"security.{name}" in done.stderr) == (1, True)
