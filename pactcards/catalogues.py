"""Compiles the translations: `python -m pactcards.catalogues`, which needs neither settings nor gettext's own tools."""

import os
from pathlib import Path

import polib

LOCALE_DIR = Path(__file__).parent / "locale"


def compile_catalogues(directory: Path = LOCALE_DIR) -> None:
    """Write each .mo file that is missing or older than its .po file."""
    for catalogue in directory.glob("*/LC_MESSAGES/*.po"):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            _write_at_once(compiled, polib.pofile(str(catalogue)).to_binary())


def _write_at_once(path: Path, content: bytes) -> None:
    """Nobody who starts meanwhile reads half a file."""
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)


if __name__ == "__main__":
    compile_catalogues()
