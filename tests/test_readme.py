"""The README names every setting, every command of ours and every make target."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
SETTINGS = set(re.findall(r'env\.\w+\("(\w+)"', (ROOT / "pactcards" / "settings.py").read_text()))
SETTINGS |= {"DATABASE_URL"}
APPS = ("cards", "accounts", "pactcards")
COMMANDS = {path.stem for app in APPS for path in (ROOT / app).glob("**/management/commands/[!_]*.py")}
TARGETS = set(re.findall(r"^([a-z0-9-]+):.*##", (ROOT / "Makefile").read_text(), re.M)) - {"help"}


@pytest.mark.parametrize("word", sorted(SETTINGS | COMMANDS | TARGETS))
def test_readme_names(word):
    assert re.search(rf"`?\b{word}\b", README)
