"""Databases as earlier commits made them, with people, decks and answers in them."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

GIT = shutil.which("git") or "git"
ROOT = Path(__file__).parent.parent
APPS = ("accounts/migrations", "cards/migrations")
FILLED = """
import django; django.setup()
from django.conf import settings
from django.core.management import call_command
settings.DEBUG = True  # or load_demo refuses
call_command("migrate", verbosity=0)
call_command("load_content")
call_command("load_demo")
"""
COUNTED = """
import json, django; django.setup()
from accounts.models import User
from cards.models import Card, CardState, PickedDeck, ReviewLog
print(json.dumps([model.objects.count() for model in (User, PickedDeck, Card, CardState, ReviewLog)]))
"""
LOOKED_AT = """
import django; django.setup()
from django.core.management import call_command
call_command("check_reviews")
call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
"""
# The worst moment: what the migration does is done, and that it was run is not noted yet.
KILLED = """
import os, signal, sys, django; django.setup()
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder
left, note = int(sys.argv[1]), MigrationRecorder.record_applied
def note_or_die(self, app, name):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    note(self, app, name)
MigrationRecorder.record_applied = note_or_die
call_command("migrate", verbosity=0)
"""


def commits():
    """Each on the main line that changed migrations, oldest first; none where there is no history."""
    command = [GIT, "log", "--first-parent", "--reverse", "--format=%h", "--", *APPS]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()


def check_out(commit, directory):
    packed = subprocess.run([GIT, "archive", commit], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as files:
        files.extractall(directory, filter="data")


def run(code, address, *arguments, root=ROOT, check=True):
    """With the code of that commit; with the settings of its tests, nothing waits for the disk."""
    environment = {**os.environ, "DATABASE_URL": address, "DEBUG": "on", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=root, env=environment, check=check, capture_output=True, text=True)


def counted(address, **more):
    return json.loads(run(COUNTED, address, **more).stdout)
