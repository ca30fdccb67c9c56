"""`--json`: what the commands that look after a school say to a program; numbers, and no names."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.utils import timezone

from tests.factories import SchoolClassFactory, UserFactory

pytestmark = pytest.mark.django_db
COMMANDS = (
    *("backup", "verify_backup", "restore", "check_reviews", "portability_check", "dump_school", "load_school"),
    *("purge_expired", "revoke_sessions", "rotate_codes", "status"),
)


def said(command, *arguments):
    out = StringIO()
    call_command(command, *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.parametrize("command", COMMANDS)
def test_each_takes_it(command):
    parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
    assert "--json" in parser.format_help()


def test_revoke_sessions():
    UserFactory.create_batch(2)
    assert said("revoke_sessions") == {"people": 2}


def test_rotate_codes():
    one, other = SchoolClassFactory(), SchoolClassFactory(join_code=None)
    assert said("rotate_codes", "--log-in-codes") == {"changed": [one.pk], "without": [other.pk], "log_in_codes": 0}


@pytest.mark.parametrize(("options", "dry_run"), [([], False), (["--dry-run"], True)])
def test_purge_expired(options, dry_run):
    UserFactory(last_login=timezone.now() - timedelta(days=800), date_joined=timezone.now() - timedelta(days=900))
    counted = {"told": 1, "spared": 0, "erased": 0, "events": 0, "codes": 0}
    assert said("purge_expired", *options) == counted | {"dry_run": dry_run}


@pytest.mark.django_db(transaction=True)
def test_dump_school_and_load_school(tmp_path):
    file = tmp_path / "school.jsonl"
    dumped = said("dump_school", str(file))
    assert (dumped["file"], dumped["bytes"]) == (str(file), file.stat().st_size)
    assert said("load_school", str(file)) == {"rows": dumped["rows"], "still_to_do": []}
