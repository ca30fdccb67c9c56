"""PURE: what a good card is, each rule as a plain sentence. Words are counted as a reader counts them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

REQUIRED = ("code", "section", "kind", "level", "actor", "motive", "front", "back", "why", "source")
OPTIONAL = ("claims", "facts", "contested", "mistake", "misconceptions")
WORD_LIMITS = {"front": 25, "back": 35, "why": 30, "contested": 60, "mistake": 40}
KINDS = ("basic",)
LEVELS = ("core", "support", "stretch")
ACTORS = ("stalin", "hitler", "both", "west", "poland")
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def problems(card: Mapping[str, Any]) -> Iterator[str]:
    """Every breach in one card of a deck file, as sentences."""
    missing = [name for name in REQUIRED if not card.get(name)]
    if missing:
        yield f"lacks {', '.join(missing)}"
    unknown = set(card) - {*REQUIRED, *OPTIONAL}
    if unknown:
        yield f"has fields nobody knows: {', '.join(sorted(unknown))}"
    yield from _unknown_words(card)
    for name, limit in WORD_LIMITS.items():
        words = len(str(card.get(name, "")).split())
        if words > limit:
            yield f"{name} has {words} words, the limit is {limit}"
    if not card.get("claims") and not card.get("facts"):
        yield "names no claim and no fact that it teaches"


def _unknown_words(card: Mapping[str, Any]) -> Iterator[str]:
    if not CODE.fullmatch(str(card.get("code", ""))):
        yield "the code may have small letters, digits and single hyphens only"
    for name, known in (("kind", KINDS), ("level", LEVELS), ("actor", ACTORS)):
        if card.get(name) not in known:
            yield f"{name} is {card.get(name)!r}, not one of {', '.join(known)}"
