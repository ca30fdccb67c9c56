"""PURE: user names that a child can spell, a teacher can read out, and nobody can guess from the child's own name.

`kestrel-41` and not `amina-kh-2`: it stays right when a name changes, needs no Latin letters, tells a reader of logs
nothing, and a classmate who wants to lock somebody out does not know whose it is.
"""

import secrets
from pathlib import Path

WORDS = (Path(__file__).parent / "words.txt").read_text().split()


def new_username(most: int = 100) -> str:
    """With a number of two digits one of some 17,000; whoever asks sees to it that nobody has it yet."""
    return f"{secrets.choice(WORDS)}-{10 + secrets.randbelow(most - 10)}"
