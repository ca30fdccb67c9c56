"""Static files as production has them: each under a name with its hash, compressed, and kept by browsers."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.only_on("sqlite")  # about none, and once is enough
# Of other packages' files these are most, and none of ours refers to them.
LEFT_OUT = ["admin/js/*", "django_htmx/*"]
COLLECT = f"""
import json, sys
import django
from django.conf import settings
settings.STATIC_ROOT = sys.argv[1]
django.setup()
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client
call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns={LEFT_OUT})
style = staticfiles_storage.url("cards/style.css")
browser, found = Client(SERVER_NAME="localhost"), []
for address, wanted in ((style, "br, gzip"), (style, "gzip"), (style, ""), ("/static/cards/style.css", "")):
    response = browser.get(address, headers={{"Accept-Encoding": wanted}}, secure=True)
    response.close()
    found.append([response.status_code, *map(response.headers.get, ("Cache-Control", "Content-Encoding"))])
print(json.dumps(found))
"""
FOR_GOOD = "max-age=315360000, public, immutable"


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The directory, and what the server answers to a browser that asks for a file there."""
    directory = tmp_path_factory.mktemp("static")
    production = {"DEBUG": "off", "SECRET_KEY": "k" * 60, "DJANGO_SETTINGS_MODULE": "pactcards.settings"}
    command = [sys.executable, "-c", COLLECT, directory]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | production, check=True, stdout=subprocess.PIPE)
    return directory, json.loads(done.stdout)


@pytest.fixture(scope="module")
def names(collected):
    """Of each file the one with its hash."""
    return json.loads((collected[0] / "staticfiles.json").read_text())["paths"]


def test_each_of_our_files_is_there_compressed_under_a_name_with_its_hash(collected, names):
    ours = {name: hashed for name, hashed in names.items() if re.fullmatch(r"(cards|accounts)/\w+\.(css|js)", name)}
    assert len(ours) > 20
    assert [name for name, hashed in ours.items() if not re.search(r"\.[0-9a-f]{12}\.(css|js)$", hashed)] == []
    wanted = {hashed + ending for hashed in ours.values() for ending in ("", ".gz", ".br")}
    assert [path for path in wanted if not (collected[0] / path).exists()] == []


def test_file_that_a_template_names_is_there(names):
    """Or production would have no page for it."""
    texts = [path.read_text() for path in (ROOT / "templates").rglob("*") if path.is_file()]
    named = {name for text in texts for name in re.findall(r"""{% static ["']([^"']+)["']""", text)}
    assert (len(named) > 20, {name for name in named - names.keys() if not name.startswith("admin/js/")}) == (
        True,
        set(),
    )


def test_file_is_kept_for_good_and_only_under_a_name_that_changes_with_it(collected):
    assert collected[1] == [
        [200, FOR_GOOD, "br"],
        [200, FOR_GOOD, "gzip"],
        [200, FOR_GOOD, None],
        [200, "max-age=60, public", None],
    ]


STYLES = sorted(path for app in ("accounts", "cards") for path in (ROOT / app / "static").rglob("*.css"))


def in_the_dark(style):
    """The names of all that is said for dark colours alone."""
    within = "".join(re.findall(r"@media[^{]*: dark[^{]*\{((?:[^{}]*\{[^{}]*\})*)", style))
    said = re.findall(r"\{([^{}]*)\}", within) + re.findall(r'="dark"[^{}]*\{([^{}]*)\}', style)
    return {name for one in said for name in re.findall(r"([\w-]+)\s*:", one)}


def test_dark_changes_colours_alone():
    """So the browser tests look for faults of colours alone in the dark: tests/e2e/axe.py."""
    found = set.union(*(in_the_dark(path.read_text()) for path in STYLES))
    assert "--ink" in found
    assert {name for name in found if not name.startswith("--")} == {"color-scheme"}
