"""Databases as earlier commits made them, with people, decks and answers in them."""

import json
import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

GIT = shutil.which("git") or "git"
ROOT = Path(__file__).parent.parent
APPS = ("accounts/migrations", "cards/migrations")
# Where two migrations followed the same one, `migrate` refused, so no database of that commit can be.
OF_TWO_ENDS = {"9f7cf853c3306baf4a77a0aeaab4a39a8efb79f4"}
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
from django.test import Client
from accounts.models import User
call_command("check_reviews")
call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
PAGES = {"student": ["/", "/review/", "/cards/", "/stats/"], "teacher": ["/teach/", "/admin/cards/card/"]}
for name, pages in PAGES.items():
    client = Client()
    client.force_login(User.objects.get(username=name))
    print(name, *(client.get(page).status_code for page in pages))
"""
# Every column of every row, by what it says.
COLUMNS = """
import json, django; django.setup()
from hashlib import sha256
from django.apps import apps
def digest(values):
    return sha256("\\n".join(sorted(map(repr, values))).encode()).hexdigest()
print(json.dumps({
    f"{model._meta.label_lower}.{field.name}": digest(model._base_manager.values_list("pk", field.attname))
    for model in apps.get_models(include_auto_created=True) for field in model._meta.concrete_fields
}))
"""
# Says which models and columns are new with it: there was no place for them in between.
BACK_AND_FORWARD = """
import json, django; django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
graph, new = MigrationLoader(connection).graph, []
for app in ("accounts", "cards"):
    newest = graph.nodes[graph.leaf_nodes(app)[0]]
    for operation in newest.operations:
        kind = type(operation).__name__
        new += [f"{app}.{operation.name_lower}."] if kind == "CreateModel" else []
        new += [f"{app}.{operation.model_name_lower}.{operation.name}"] if kind == "AddField" else []
    earlier = next(name for of_app, name in newest.dependencies if of_app == app)
    call_command("migrate", app, earlier, verbosity=0)
call_command("migrate", verbosity=0)
print(json.dumps(new))
"""
MIGRATED = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
BACKED_UP = """
import sys, django; django.setup()
from pathlib import Path
from django.core.management import call_command
call_command("backup", out=Path(sys.argv[1]))
"""
RESTORED = """
import sys, django; django.setup()
from django.core.management import CommandError, call_command
try:
    call_command("restore", sys.argv[1], "--yes", "--replace")
except CommandError as error:
    print(error)
"""
# How each of several processes ends that migrates, one after another, and is killed after so many steps.
KILLED = """
import json, os, signal, sys, django; django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
def die_after(steps, do):
    def do_or_die(*args):
        nonlocal steps
        steps -= 1
        if steps < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return do(*args)
    return do_or_die
def end(steps):
    child = os.fork()
    if child == 0:
        migrate(steps)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
{migrate}
print(json.dumps([end(int(steps)) for steps in sys.argv[1:]]))
"""
# The worst moment: what the migration does is done, and that it was run is not noted yet.
KILLED_AT_A_NOTE = KILLED.format(
    migrate="""
def migrate(steps):
    MigrationRecorder.record_applied = die_after(steps, MigrationRecorder.record_applied)
    call_command("migrate", verbosity=0)
"""
)
# Any moment: before a statement, in the middle of a migration too.
KILLED_ANYWHERE = KILLED.format(
    migrate="""
def migrate(steps):
    with connection.execute_wrapper(die_after(steps, lambda execute, *statement: execute(*statement))):
        call_command("migrate", verbosity=0)
"""
)


def commits():
    """Each on the main line that changed migrations, oldest first; none where there is no history."""
    command = [GIT, "log", "--first-parent", "--reverse", "--format=%H", "--", *APPS]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    return [commit[:10] for commit in found if commit not in OF_TWO_ENDS]


def check_out(commit, directory):
    packed = subprocess.run([GIT, "archive", "--format=zip", commit], cwd=ROOT, capture_output=True, check=True).stdout
    with ZipFile(BytesIO(packed)) as files:
        files.extractall(directory)


def run(*code, address, arguments=(), root=ROOT):
    """What that prints, with the code of that commit; with the settings of its tests, nothing waits for the disk."""
    environment = {**os.environ, "DATABASE_URL": address, "DEBUG": "on", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", "".join(code), *map(str, arguments)]
    return subprocess.run(command, cwd=root, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def filled(commit, address, directory):
    """The database that this commit makes; returns how many rows of the most important tables it has."""
    check_out(commit, directory)
    return json.loads(run(FILLED, COUNTED, address=address, root=directory).splitlines()[-1])


def ends(address, moments, *, code=KILLED_AT_A_NOTE):
    """How `migrate` ended each time that was killed after so many migrations, or statements."""
    return json.loads(run(code, address=address, arguments=moments))
