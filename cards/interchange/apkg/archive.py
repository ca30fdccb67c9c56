"""The outer wrapping of an Anki package: a zip archive, in it a collection, perhaps compressed once more.

Nothing that the archive says about itself is believed: sizes are counted while the collection is written to a
temporary file, piece by piece, so that no file can fill the memory.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from stat import S_ISLNK
from struct import error as struct_error
from tempfile import NamedTemporaryFile
from typing import IO, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import zstandard
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cards.interchange.apkg.errors import PackageError

MEGABYTE = 1_000_000
MOST_BYTES = 10 * MEGABYTE
MOST_UNPACKED = 100 * MEGABYTE
MOST_RATIO = 100
SMALL = MEGABYTE  # up to this size any ratio is harmless: an empty table compresses well
MOST_ENTRIES = 5_000
LARGEST_WINDOW = 8 * 1024 * 1024  # what zstd may keep in memory; Anki uses a quarter of it
PIECE = 65_536
ENTRY_SIGNATURE = b"PK\x01\x02"
LOCAL_HEADER = 30
IS_ENCRYPTED = 0x1
PLAIN_NAME = re.compile(r"\w[\w .~+-]{0,99}", re.ASCII)
OLD, MIDDLE, NEW = "collection.anki2", "collection.anki21", "collection.anki21b"
NOT_MEDIA = {OLD, MIDDLE, NEW, "meta", "media"}
KNOWN_VERSIONS = (1, 2, 3)
DAMAGE = (
    *(BadZipFile, zlib.error, zstandard.ZstdError, struct_error),
    *(EOFError, ValueError, RuntimeError, OverflowError),
)


class Opened(NamedTuple):
    """The collection of a package as a plain file, and how many media files were left behind."""

    collection: Path
    media: int
    is_new: bool


def damaged() -> PackageError:
    return PackageError(_("This file is damaged, or it is not an Anki package (.apkg). Export it from Anki again."))


@contextmanager
def unpacked(data: bytes) -> Iterator[Opened]:
    """The collection of a package, for as long as it is being read; raises PackageError."""
    _check_size(data)
    with NamedTemporaryFile(suffix=".sqlite3") as target:
        try:
            with ZipFile(BytesIO(data)) as archive:
                _check_entries(archive, len(data))
                name = _collection_name(archive)
                _write_collection(archive, name, target)
                media = len(set(archive.namelist()) - NOT_MEDIA)
        except DAMAGE as error:
            raise damaged() from error
        target.flush()
        yield Opened(Path(target.name), media, is_new=name == NEW)


def _check_size(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise PackageError(
            _("This file is larger than %(most)d MB. Export the deck from Anki without media.")
            % {"most": MOST_BYTES // MEGABYTE}
        )
    # Counted before the list is read: a list of a million entries is an attack by itself.
    if data.count(ENTRY_SIGNATURE) > MOST_ENTRIES:
        sentence = ngettext(
            "This package holds more than %(most)d file. Export the deck from Anki without media.",
            "This package holds more than %(most)d files. Export the deck from Anki without media.",
            MOST_ENTRIES,
        )
        raise PackageError(sentence % {"most": MOST_ENTRIES})


def _check_entries(archive: ZipFile, packed: int) -> None:
    entries = archive.infolist()
    names = [entry.orig_filename for entry in entries]
    if len(set(names)) < len(names) or not all(map(_is_plain, entries)):
        raise PackageError(_("This package holds files with names that Anki never writes, so it was not opened."))
    if any(entry.flag_bits & IS_ENCRYPTED for entry in entries):
        raise PackageError(_("This package is locked with a password. Export it from Anki again."))
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise damaged()
    _check_unpacked_size(sum(entry.file_size for entry in entries), packed)
    for entry in entries:
        _check_unpacked_size(entry.file_size, entry.compress_size)
    _check_overlap(entries, archive.start_dir)


def _is_plain(entry: ZipInfo) -> bool:
    return bool(PLAIN_NAME.fullmatch(entry.orig_filename)) and not S_ISLNK(entry.external_attr >> 16)


def _check_unpacked_size(unpacked: int, packed: int) -> None:
    if unpacked > MOST_UNPACKED or (unpacked > SMALL and unpacked > packed * MOST_RATIO):
        raise PackageError(
            _("Unpacked, this package would be larger than %(most)d MB or far larger than it looks.")
            % {"most": MOST_UNPACKED // MEGABYTE}
        )


def _check_overlap(entries: list[ZipInfo], directory: int) -> None:
    """Entries that share their bytes unpack to far more than the file holds."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    starts = [*(entry.header_offset for entry in ordered[1:]), directory]
    for entry, following in zip(ordered, starts, strict=True):
        if entry.header_offset + LOCAL_HEADER + len(entry.orig_filename) + entry.compress_size > following:
            raise damaged()


def _collection_name(archive: ZipFile) -> str:
    """Newer packages carry a decoy under the old name, so the newest name wins."""
    names = set(archive.namelist())
    if "meta" in names:
        with archive.open("meta") as meta:
            if _version(meta.read(2)) not in KNOWN_VERSIONS:
                raise newer_than_known()
    for name in (NEW, MIDDLE, OLD):
        if name in names:
            return name
    raise PackageError(_("There are no cards in this file: it is not an Anki package (.apkg)."))


def newer_than_known() -> PackageError:
    return PackageError(
        _(
            "This package is in a format that PactCards does not know. In Anki, choose Export again "
            "and tick “Support older Anki versions”."
        )
    )


def _version(meta: bytes) -> int:
    """Field 1 of a tiny protobuf message; 0 is unknown."""
    return meta[1] if len(meta) >= 2 and meta[0] == 0x08 else 0


def _write_collection(archive: ZipFile, name: str, target: IO[bytes]) -> None:
    packed = archive.getinfo(name).file_size
    with archive.open(name) as source:
        if name == NEW:
            unzstd = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW)
            with unzstd.stream_reader(source, read_size=PIECE) as stream:
                _copy(stream, target, packed)
        else:
            _copy(source, target, archive.getinfo(name).compress_size)


def _copy(source: IO[bytes], target: IO[bytes], packed: int) -> None:
    size = 0
    while piece := source.read(PIECE):
        size += len(piece)
        _check_unpacked_size(size, packed)
        target.write(piece)
