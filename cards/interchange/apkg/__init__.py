"""Anki packages (.apkg) in and out."""

from cards.interchange.apkg.errors import PackageError
from cards.interchange.apkg.reading import Package, Row, read_package
from cards.interchange.apkg.writing import write_package

__all__ = ["Package", "PackageError", "Row", "read_package", "write_package"]
