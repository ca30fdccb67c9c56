"""A backup that may leave the building: sealed with GnuPG for a key whose other half is not on this machine."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pactcards.database import archive
from pactcards.database.errors import DatabaseToolError
from pactcards.database.sqlite import sync_directory

SUFFIX = ".gpg"


def seal(path: Path, public_key: Path) -> Path:
    """The sealed file beside it; it has its name only once it is whole and on the disk."""
    sealed = path.with_name(path.name + SUFFIX)
    with archive.workplace(path.parent) as work:
        unfinished = work / sealed.name
        unfinished.touch(mode=0o600)
        # A home of its own: neither keyring nor trust is needed to seal for a key in a file.
        own = ("--homedir", str(work), "--trust-model", "always", "--compress-algo", "none", "--yes")
        _gpg(*own, "--recipient-file", str(public_key), "--output", str(unfinished), "--encrypt", str(path))
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.rename(sealed)
    sync_directory(sealed.parent)
    return sealed


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """The backup itself. A sealed one is opened with the secret key of whoever runs this, beside it for a while."""
    if path.suffix != SUFFIX:
        yield path
        return
    if not path.exists():
        raise DatabaseToolError(f"There is no file {path}.")
    with TemporaryDirectory(dir=path.parent) as work:
        plain = Path(work) / path.stem
        try:
            _gpg("--output", str(plain), "--decrypt", str(path))
        except DatabaseToolError as error:
            raise DatabaseToolError(f"{path.name} cannot be opened. {error}") from error
        yield plain


def _gpg(*arguments: str) -> None:
    program = shutil.which("gpg")
    if program is None:
        raise DatabaseToolError("gpg is not on this machine. It comes with GnuPG.")
    command = [program, "--batch", "--quiet", "--no-tty", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603
    if result.returncode:
        raise DatabaseToolError(f"GnuPG says: {' '.join(result.stderr.split())}")
