"""The translations: complete, in step with the source, well formed, and compiled without gettext's own tools."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from pactcards.catalogues import LOCALE_DIR, compile_catalogues

ROOT = Path(__file__).parent.parent
CATALOGUES = sorted(LOCALE_DIR.glob("*/LC_MESSAGES/*.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)\w|%%|(?<!{){\w+}(?!})")
TAG = re.compile("<[^>]*>")
NO_XGETTEXT = "Whether every text is translated is not checked: there is no xgettext here (it comes with gettext)."


@pytest.fixture(params=CATALOGUES, ids=lambda path: path.parts[-3])
def catalogue(request):
    return polib.pofile(str(request.param))


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Every text in the source, as `make messages` finds it."""
    if shutil.which("xgettext") is None:
        stop = pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip
        stop(NO_XGETTEXT)
    copy = tmp_path_factory.mktemp("source")
    for name in ("accounts", "cards", "pactcards", "templates"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    command = [sys.executable, "-m", "django", "makemessages", "--all", "--keep-pot"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "pactcards.settings", "DEBUG": "on"}
    subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
    return polib.pofile(str(copy / "pactcards" / "locale" / "django.pot"))


def text_of(entry):
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def listed(catalogue, what, entries):
    """What to do, and the texts that it is to be done to."""
    texts = [f"  {' '.join(sorted({file for file, _ in entry.occurrences}))}: {entry.msgid!r}" for entry in entries]
    return "\n".join([f"{Path(catalogue.fpath).relative_to(ROOT)}: {what}", *texts])


def test_every_text_of_the_source_is_translated(catalogue, source):
    done = {text_of(entry) for entry in catalogue if entry.translated()}  # what is fuzzy is not
    missing = [entry for entry in source if text_of(entry) not in done]
    if missing:
        pytest.fail(listed(catalogue, "run `make messages`, then translate there", missing), pytrace=False)


def test_no_translation_is_of_a_text_that_is_gone(catalogue, source):
    living = {text_of(entry) for entry in source}
    gone = [entry for entry in catalogue if entry.obsolete or text_of(entry) not in living]
    if gone:
        pytest.fail(listed(catalogue, "run `make messages`, which takes out", gone), pytrace=False)


def test_translation_has_the_placeholders_of_its_text(catalogue):
    assert [entry.msgid for entry in catalogue if entry.translated() and not fits(entry)] == []


def fits(entry):
    """A singular may do without the number."""
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    [*singular, last] = [set(PLACEHOLDER.findall(text)) for text in entry.msgstr_plural.values() or [entry.msgstr]]
    return last == wanted and all(found <= wanted for found in singular)


def test_german_has_german_quotation_marks():
    german = polib.pofile(str(LOCALE_DIR / "de" / "LC_MESSAGES" / "django.po"))
    texts = [TAG.sub("", text) for entry in german for text in (entry.msgstr, *entry.msgstr_plural.values())]
    assert [text for text in texts if re.search("[\"'”’]|(^|[ (])“", text) or text.count("„") != text.count("“")] == []


# compiling


@pytest.fixture
def uncompiled(tmp_path):
    """A catalogue of one text, not compiled yet."""
    path = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Deck"\nmsgstr "Stapel"\n')
    return path


def compiled(uncompiled):
    return [entry.msgstr for entry in polib.mofile(str(uncompiled.with_suffix(".mo")))]


def test_missing_catalogue_is_compiled_and_nothing_else_is_left(tmp_path, uncompiled):
    compile_catalogues(tmp_path)
    assert compiled(uncompiled) == ["Stapel"]
    assert sorted(path.name for path in uncompiled.parent.iterdir()) == ["django.mo", "django.po"]


def test_changed_catalogue_is_compiled_anew(tmp_path, uncompiled):
    compile_catalogues(tmp_path)
    os.utime(uncompiled.with_suffix(".mo"), (0, 0))
    uncompiled.write_text(uncompiled.read_text().replace("Stapel", "Kartenstapel"))
    compile_catalogues(tmp_path)
    assert compiled(uncompiled) == ["Kartenstapel"]


def test_compiled_catalogue_is_left_alone(tmp_path, uncompiled):
    compile_catalogues(tmp_path)
    uncompiled.with_suffix(".mo").write_bytes(b"compiled")
    compile_catalogues(tmp_path)
    assert uncompiled.with_suffix(".mo").read_bytes() == b"compiled"
