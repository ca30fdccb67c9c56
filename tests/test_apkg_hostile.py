"""Packages that nobody means well with: each is refused in a sentence, soon, and with little memory."""

import random
import tempfile
import time
from pathlib import Path

import pytest

from cards.interchange.apkg import PackageError, read_package
from tests.hostile import CORPUS, GOOD, HARMLESS
from tests.packages import new_collection, new_package, old_collection, old_package, zipped

SECONDS, KILOBYTES = 2, 150_000
PEAK = Path("/proc/self/status")


def peak_memory():
    return next(int(line.split()[1]) for line in PEAK.read_text().splitlines() if line.startswith("VmHWM"))


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """Fails when what follows took two seconds of work, 150 MB, or left a file behind."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def measure(call):
        if PEAK.exists():
            Path("/proc/self/clear_refs").write_text("5")
        memory, started = PEAK.exists() and peak_memory(), time.thread_time()
        try:
            return call()
        finally:
            assert time.thread_time() - started < SECONDS
            assert (PEAK.exists() and peak_memory()) - memory < KILOBYTES
            assert list(tmp_path.iterdir()) == []

    return measure


@pytest.mark.parametrize("name", CORPUS)
def test_is_refused_in_a_sentence(name, measured):
    package = CORPUS[name]()
    with pytest.raises(PackageError, match=r"^[A-Z][^\n]{20,200}[.]$"):
        measured(lambda: read_package(package))


@pytest.mark.parametrize(
    "name", ["view without end", "virtual table", "computed column", "computed column without end"]
)
def test_what_is_no_plain_table_is_never_run(name):
    """Other limits would stop these too, with other sentences, after running what their maker wrote."""
    with pytest.raises(PackageError, match="This file is damaged"):
        read_package(CORPUS[name]())


@pytest.mark.parametrize("name", HARMLESS)
def test_is_read_in_time(name, measured):
    package = HARMLESS[name]()
    assert len(measured(lambda: read_package(package)).rows) >= 100


@pytest.mark.parametrize("make", [old_package, new_package])
@pytest.mark.parametrize("share", range(1, 20))
def test_package_cut_off_anywhere_is_refused(make, share):
    package = make(GOOD)
    with pytest.raises(PackageError):
        read_package(package[: len(package) * share // 20])


@pytest.mark.parametrize("seed", range(150))
@pytest.mark.parametrize("make", [old_collection, new_collection])
def test_flipped_bits_are_read_or_refused(make, seed):
    chance, collection = random.Random(seed), bytearray(make(GOOD))
    for _ in range(chance.choice([1, 5, 200])):
        collection[chance.randrange(len(collection))] ^= 1 << chance.randrange(8)
    try:
        rows = read_package(zipped({"collection.anki2": bytes(collection)})).rows
    except PackageError as refusal:
        rows = [refusal]
    assert rows


@pytest.mark.parametrize("seed", range(100))
def test_flipped_bits_of_the_archive_are_read_or_refused(seed):
    chance, package = random.Random(seed), bytearray(new_package(GOOD))
    for _ in range(chance.choice([1, 3, 50])):
        package[chance.randrange(len(package))] ^= 1 << chance.randrange(8)
    try:
        rows = read_package(bytes(package)).rows
    except PackageError as refusal:
        rows = [refusal]
    assert rows
