"""The first page of an SQLite file, before SQLite itself reads the list of tables into memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cards.interchange.apkg.archive import damaged

MAGIC = b"SQLite format 3\0"
HEADER = 100  # bytes of the first page before its b-tree begins
LEAF, INTERIOR = 0x0D, 0x05
SMALLEST_PAGE, LARGEST_PAGE = 512, 65_536
MOST_PAGES = 20  # of the list of tables; Anki's newest has two or three
MOST_TABLES = 200  # tables and indexes; Anki's newest has about thirty


def check_schema(path: Path) -> None:
    """Raises PackageError unless it is a database with a list of tables that Anki could have written."""
    with path.open("rb") as file:
        if sum(_counts(file)) > MOST_TABLES:
            raise damaged()


def _counts(file: BinaryIO) -> Iterator[int]:
    """How many tables each page of the list names."""
    size = _page_size(file.read(HEADER))
    first = _page(file, size, 1)
    if first[HEADER] == LEAF:
        yield _number(first, HEADER + 3, 2)
        return
    for child in _children(first, size):
        page = _page(file, size, child)
        if page[0] != LEAF:
            raise damaged()
        yield _number(page, 3, 2)


def _page_size(header: bytes) -> int:
    size = _number(header, 16, 2)
    size = LARGEST_PAGE if size == 1 else size
    if not header.startswith(MAGIC) or size < SMALLEST_PAGE or size & (size - 1):
        raise damaged()
    return size


def _page(file: BinaryIO, size: int, number: int) -> bytes:
    file.seek(max(number - 1, 0) * size)
    page = file.read(size)
    if len(page) < size:
        raise damaged()
    return page


def _children(first: bytes, size: int) -> list[int]:
    cells = _number(first, HEADER + 3, 2)
    if first[HEADER] != INTERIOR or cells > MOST_PAGES:
        raise damaged()
    places = [_number(first, HEADER + 12 + 2 * cell, 2) for cell in range(cells)]
    return [_number(first, HEADER + 8, 4), *(_number(first, place, 4) for place in places)]


def _number(page: bytes, start: int, length: int) -> int:
    return int.from_bytes(page[start : start + length], "big")
