"""Anki packages (.apkg) in and out."""

from cards.interchange.apkg.errors import PackageError
from cards.interchange.apkg.reading import Package, Row, read_package

__all__ = ["Package", "PackageError", "Row", "read_package"]
