"""Packages that nobody means well with, each by its name."""

import struct
import warnings
from io import BytesIO
from secrets import token_hex
from stat import S_IFLNK
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import zstandard

from tests.packages import BASIC, CLOZE, COL, NOTES, old_collection, old_package, zipped
from tests.packages import database as any_database

MEGABYTE = 1_000_000
GOOD = ("guid", BASIC, "", ["Why?", "Because."])
NAME = "collection.anki2"


def collection(data, name=NAME):
    return zipped({name: data})


def new(data):
    return zipped({"meta": b"\x08\x03", "collection.anki21b": data}, ZIP_STORED)


def patched(package, signature, offset, form, value):
    """With one number of every header of this kind changed."""
    package = bytearray(package)
    place = package.find(signature)
    while place >= 0:
        struct.pack_into(form, package, place + offset, value)
        place = package.find(signature, place + 4)
    return bytes(package)


def encrypted():
    package = patched(old_package(GOOD), b"PK\1\2", 8, "<H", 1)
    return patched(package, b"PK\3\4", 6, "<H", 1)


def overlapping():
    """Both entries of the list point at the same bytes."""
    package = zipped({NAME: old_collection(GOOD), "0": b"x"}, ZIP_STORED)
    second = package.rfind(b"PK\1\2")
    return package[: second + 42] + struct.pack("<I", 0) + package[second + 46 :]


def named(*names):
    file = BytesIO()
    with warnings.catch_warnings(), ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")  # zipfile’s own, of a name that comes twice
        archive.writestr(NAME, old_collection(GOOD))
        for name in names:
            archive.writestr(name, b"")
    return file.getvalue()


def nul_in_name():
    return named("aaaa").replace(b"aaaa", b"a\0aa")


def symlink():
    link = ZipInfo("0")
    link.external_attr = (S_IFLNK | 0o777) << 16
    return named(link)


def swapped(table, statement, **more):
    """A collection in which this table is something else."""
    before = (COL + NOTES).replace(f"CREATE TABLE {table} ", f"CREATE TABLE other_{table} ")
    return collection(any_database(base=before, statements=[statement], **more))


VIEW = (
    "CREATE VIEW notes AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT i AS id, 'g' AS guid, 1 AS mid, '' AS tags, 'a' || i AS flds FROM n;"
)
VIRTUAL = "CREATE VIRTUAL TABLE notes USING fts5(guid, mid, tags, flds);"
COMPUTED = (
    "CREATE TABLE notes (id integer primary key, guid text, mid integer, tags text,"
    " flds text AS (hex(zeroblob(100000000))));"
    "INSERT INTO notes (guid) VALUES ('g');"
)
ENDLESS = (
    "CREATE TABLE notes (id integer primary key, guid text, mid integer, tags text,"
    " flds text AS (hex(zeroblob(200)) GLOB '*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*0*b'));"
    "INSERT INTO notes (guid) VALUES ('g');"
)
MANY_NOTES = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)"
    " INSERT INTO notes (guid, mid, tags, flds) SELECT i, 1, '', 'a' FROM n;"
)


def many_tables():
    return collection(old_collection(GOOD, statements=[f"CREATE TABLE t{number} (a);" for number in range(3000)]))


def many_entries():
    entry = b"PK\1\2" + bytes(24) + struct.pack("<HHH", 1, 0, 0) + bytes(12) + b"a"
    listed = entry * 200_000
    return listed + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(listed), 0, 0)


def many_blanks():
    text = "".join(f"{{{{c{number}::x}}}}" for number in range(1, 999))
    return old_package(*((str(number), CLOZE, "", [text, ""]) for number in range(500)))


def deep_models():
    return collection(any_database(models="[" * 100_000))


def noisy(text, size):
    """Text of this size that is packed to a thirtieth, so that no ratio gives it away."""
    piece = (text * 1000)[:960]
    return "".join(token_hex(20) + piece for _ in range(size // 1000))


def full_of(text, size=19_000, notes=500):
    return old_package(*((str(number), BASIC, "", [noisy(text, size), "x"]) for number in range(notes)))


def zstd(size, level=3, **more):
    return zstandard.ZstdCompressor(level=level, **more).compress(bytes(size))


def wide_window():
    options = zstandard.ZstdCompressionParameters(window_log=27, write_content_size=False)
    writer = zstandard.ZstdCompressor(compression_params=options).compressobj()
    return writer.compress(old_collection(GOOD)) + writer.flush()


def lying_frame():
    """A frame that declares 4 GB and holds a few bytes."""
    return b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", 2**32 - 1) + b"\x01\0\0"


CORPUS = {
    "nothing": lambda: b"",
    "text": lambda: b"front;back\n" * 50,
    "picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(5000),
    "eleven megabytes": lambda: bytes(11 * MEGABYTE),
    "zip without a collection": lambda: zipped({"media": "{}"}),
    "zip within a zip": lambda: zipped({"deck.apkg": old_package(GOOD)}),
    "half a zip": lambda: old_package(GOOD)[:-200],
    "zip without its first half": lambda: old_package(GOOD)[400:],
    "zip bomb": lambda: collection(bytes(200 * MEGABYTE)),
    "zip bomb beside": lambda: zipped({NAME: old_collection(GOOD), "0": bytes(90 * MEGABYTE)}),
    "bomb that declares little": lambda: patched(collection(bytes(90 * MEGABYTE)), b"PK\1\2", 24, "<L", 5000),
    "bomb that declares 4 GB": lambda: patched(old_package(GOOD), b"PK\1\2", 24, "<L", 2**32 - 2),
    "zstd bomb": lambda: new(zstd(300 * MEGABYTE)),
    "zstd with a wide window": lambda: new(wide_window()),
    "zstd that lies": lambda: new(lying_frame()),
    "zstd of text": lambda: new(zstandard.compress(b"text")),
    "no zstd": lambda: new(old_collection(GOOD)),
    "half a zstd": lambda: new(zstandard.compress(old_collection(GOOD))[:300]),
    "200,000 entries": many_entries,
    "6,000 entries": lambda: named(*map(str, range(6000))),
    "overlapping entries": overlapping,
    "two of one name": lambda: named("0", "0"),
    "name that climbs": lambda: named("../../x"),
    "name of a root": lambda: named("/etc/passwd"),
    "name of Windows": lambda: named("C:\\x"),
    "name with backslashes": lambda: named("a\\..\\b"),
    "name of 4 KB": lambda: named("a" * 4000),
    "name with NUL": nul_in_name,
    "link": symlink,
    "encrypted": encrypted,
    "bzip2": lambda: patched(patched(old_package(GOOD), b"PK\1\2", 10, "<H", 12), b"PK\3\4", 8, "<H", 12),
    "empty collection": lambda: collection(b""),
    "collection of text": lambda: collection(b"SQLite format 3"),
    "collection of zeros": lambda: collection(b"SQLite format 3\0" + bytes(8000)),
    "half a collection": lambda: collection(old_collection(GOOD)[:5000]),
    "wrong page size": lambda: collection(old_collection(GOOD)[:16] + b"\x03\x03" + old_collection(GOOD)[18:]),
    "page size of another": lambda: collection(old_collection(GOOD)[:16] + b"\x02\x00" + old_collection(GOOD)[18:]),
    "no table of notes": lambda: collection(any_database(base=COL, models="{}")),
    "no table of the collection": lambda: collection(any_database(base=NOTES, version=None)),
    "no version": lambda: collection(old_collection(GOOD, version=12)),
    "version 99": lambda: collection(old_collection(GOOD, version=99)),
    "new without its tables": lambda: collection(any_database(version=18)),
    "models of nonsense": lambda: collection(any_database(models='{"1": 7}')),
    "models a mile deep": deep_models,
    "view without end": lambda: swapped("notes", VIEW),
    "virtual table": lambda: swapped("notes", VIRTUAL),
    "computed column": lambda: swapped("notes", COMPUTED),
    "computed column without end": lambda: swapped("notes", ENDLESS),
    "3,000 tables": many_tables,
    "300,000 notes": lambda: collection(old_collection(GOOD, statements=[MANY_NOTES])),
    "5,001 notes": lambda: old_package(*[GOOD] * 5001),
    "field of 50 MB": lambda: collection(old_collection(("g", BASIC, "", [noisy("a", 50 * MEGABYTE), "b"]))),
    "10,000 fields of much": lambda: old_package(("g", BASIC, "", ["much" * 10] * 10_000)),
    "more text than a deck": lambda: full_of("ä", notes=600),
    "nothing but markup": lambda: full_of("<br>"),
    "nothing but open entities": lambda: full_of("&am"),
}

# Read within the time, and no row of them is a card.
HARMLESS = {
    "half a million blanks": many_blanks,
    "nothing but open markup": lambda: full_of("<a href='", notes=100),
}
