"""What the starter decks owe as a whole: every claim, misconception, motive and board, and no unknown page."""

import re
from collections import Counter
from collections.abc import Iterator

from cards.content import rules
from cards.content.files import Content

CLAIMS = [f"S{number}" for number in range(1, rules.KNOWN_IDS["S"] + 1)]
MISCONCEPTIONS = [f"M{number:02}" for number in range(1, rules.KNOWN_IDS["M"] + 1)]
FEWEST_CARDS = 200
FEWEST = {("actor", "stalin"): 60, ("actor", "hitler"): 50, ("kind", "explain"): 40}
PAGE = re.compile(r"(?:vol\. \d+, )?pp?\. [\d–]+")
KNOWN_PAGES = {  # those that the fact sheet gives: the Nuremberg record, Neilson's book, the speech of 22 August 1939
    *("vol. 1, p. 201", "vol. 1, p. 202", "vol. 2, p. 280", "vol. 3, p. 125", "vol. 4, p. 525"),
    *("pp. 295–6", "pp. 37–8", "p. 3", "p. 4"),
}


def gaps(content: Content) -> Iterator[str]:
    """Each thing that is missing, as a sentence."""
    taught = content.taught()
    yield from (f"no card teaches {number}" for number in [*CLAIMS, *MISCONCEPTIONS] if number not in taught)
    about = {card.get("motive") for card in content.cards}
    codes = [motive.get("code") for motive in content.motives]
    yield from (f"no card is about the motive {code}" for code in codes if code not in about)
    boards = {card.get("board") for card in content.cards}
    yield from (f"no card is in the style of {board}" for board in rules.BOARDS if board not in boards)
    yield from _too_few(content)
    yield from _unknown_pages(content)


def _too_few(content: Content) -> Iterator[str]:
    if len(content.cards) < FEWEST_CARDS:
        yield f"there are {len(content.cards)} cards, at least {FEWEST_CARDS} are wanted"
    for (field, word), wanted in FEWEST.items():
        count = Counter(card.get(field) for card in content.cards)[word]
        if count < wanted:
            yield f"there are {count} cards with {field} {word}, at least {wanted} are wanted"


def _unknown_pages(content: Content) -> Iterator[str]:
    for card in content.cards:
        for page in PAGE.findall(card["source"]):
            if page not in KNOWN_PAGES:
                yield f"{card['code']}: the fact sheet does not give {page}"
