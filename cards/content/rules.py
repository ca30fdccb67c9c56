"""PURE: what a good card is, each rule as a plain sentence. Words are counted as a reader counts them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

Entry = Mapping[str, Any]

ROOM = {  # characters that the database has room for
    "code": 60,
    "section": 120,
    "motive": 30,
    "front": 1000,
    "back": 1000,
    "why": 300,
    "source": 400,
    "contested": 1000,
    "mistake": 400,
    "answer": 200,
    "hint": 300,
    "board": 40,
    "rewarded": 400,
    "link": 400,
}
WORDS = ("kind", "level", "actor")
LISTS = ("claims", "facts", "misconceptions", "options")

REQUIRED = ("code", "section", "kind", "level", "actor", "motive", "front", "back", "why", "source")
OPTIONAL = ("claims", "facts", "contested", "mistake", "misconceptions")
FIELDS_OF_KIND = {
    "basic": (),
    "cloze": (),
    "choice": ("options", "answer"),
    "explain": ("hint", "points", "board", "marks", "rewarded", "link"),
}
LEVELS = ("core", "support", "stretch")
ACTORS = ("stalin", "hitler", "both", "west", "poland")
BOARDS = ("AQA", "OCR A", "Cambridge 0470", "IB")
SORTS = ("claim", "evidence", "link")
WORD_LIMITS = {"front": 25, "back": 35, "why": 30, "contested": 60, "mistake": 40, "rewarded": 40}
POINT_WORDS = 20
MOST_MARKS = 100
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
BLANK = re.compile(r"\{\{.+?\}\}")
MISTAKE = re.compile(r"Many (students )?think .+; in fact .+", re.DOTALL)
KNOWN_IDS = {"S": 26, "M": 18, "H": 27, "K": 20, "P": 10, "X": 9, "C": 9, "G": 10, "D": 30}
READING = re.compile(r"\S: \S")
PUPIL = re.compile(r"\bpupils?\b", re.IGNORECASE)
NO_SOURCE = re.compile(  # revision pages, encyclopedias that anybody writes, and unofficial copies of books
    r"wikipedia|wikisum|wikivisually|blogspot|savemyexams|save my exams|tutor2u|getrevising|scribd|docslib"
    r"|documents?\.(us|net|mx)|freerepublic|erenow|rulit|chitka|bibliboba|nanobukva|whosread|bookreadfree"
    r"|kostenlosonlinelesen|readonlinefree|read-online-books|thomasstone|issuhub|liquisearch|everything\.explained"
    r"|zxc\.wiki",
    re.IGNORECASE,
)
UNFAIR = re.compile(
    r"\b(proved that|the truth is|historians agree|all historians|obviously|inevitabl\w+|evil|stupid\w*"
    r"|doomed|little did|as we now know|would later prove)\b",
    re.IGNORECASE,
)
ALLIANCE = re.compile(r"Nazi[-–]Soviet alliance", re.IGNORECASE)
_SEVERAL = r"(two|three|four|five|six|[2-9]|several|some|all|the)"
LIST_QUESTION = re.compile(
    rf"\s*(list\b|(name|give|state|identify) {_SEVERAL}\b.*s\b"
    r"|(what|which) (were|are)\b.*\b(reasons|causes|motives|factors|aims|terms)\b)",
    re.IGNORECASE,
)


class Breach(NamedTuple):
    """What a card breaks; the sentence is English and marked for translation, which whoever shows it does."""

    sentence: str
    values: Mapping[str, object]


def gettext_noop(sentence: str, **values: object) -> Breach:
    """Under the name by which the catalogues find their texts."""
    return Breach(sentence, values)


def said(found: Iterable[Breach]) -> Iterator[str]:
    """Breaches as English sentences."""
    return (sentence % values for sentence, values in found)


def problems(card: Entry) -> Iterator[str]:
    """Every breach in one card of a deck file, as English sentences."""
    return said(breaches(card))


def breaches(card: Entry) -> Iterator[Breach]:
    """Every breach in one card of a deck file."""
    if ill_typed := [*too_long(card, ROOM), *_other_types(card)]:
        yield from ill_typed  # the other rules take the types for granted
        return
    yield from _shape(card)
    yield from _unknown_words(card)
    yield from _lengths(card)
    yield from _evidence(card)
    yield from _fairness(card)
    yield from _OF_KIND.get(card.get("kind", ""), _no_more)(card)


def advice(card: Entry) -> Iterator[Breach]:
    """What to look at again in a card that is not finished yet: it may lack what the files must have."""
    yield from _lengths(card)
    if not card.get("board") and LIST_QUESTION.match(str(card.get("front", ""))):
        yield gettext_noop("asks for a list; write one card for each item")
    yield from _fairness(card)


def too_long(entry: Entry, room: Mapping[str, int]) -> Iterator[Breach]:
    """Of the fields of `room`, those that are no text or do not fit into the database."""
    for name in room:
        value = entry.get(name, "")
        if not isinstance(value, str):
            yield gettext_noop("%(field)s is no text", field=name)
        elif len(value) > room[name]:
            yield gettext_noop(
                "%(field)s has %(size)d characters, there is room for %(room)d",
                field=name,
                size=len(value),
                room=room[name],
            )


def _other_types(card: Entry) -> Iterator[Breach]:
    for name in WORDS:
        if not isinstance(card.get(name, ""), str):
            yield gettext_noop("%(field)s is no text", field=name)
    for name in LISTS:
        if not _is_list_of_texts(card.get(name, [])):
            yield gettext_noop("%(field)s is no list of texts", field=name)
    points = card.get("points", [])
    if not isinstance(points, list) or not all(_is_point(point) for point in points):
        yield gettext_noop("points is no list of points, each with its sort and its text")
    if "marks" in card and not (type(card["marks"]) is int and 1 <= card["marks"] <= MOST_MARKS):
        yield gettext_noop("marks is no whole number from 1 to %(most)d", most=MOST_MARKS)


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) and len(text) <= ROOM["answer"] for text in value)


def _is_point(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"sort", "text"} and _is_list_of_texts([*value.values()])


def _shape(card: Entry) -> Iterator[Breach]:
    missing = [name for name in REQUIRED if not card.get(name)]
    if missing:
        yield gettext_noop("lacks %(fields)s", fields=", ".join(missing))
    known = {*REQUIRED, *OPTIONAL, *FIELDS_OF_KIND.get(card.get("kind", ""), ())}
    unknown = set(card) - known
    if unknown:
        yield gettext_noop("has fields that its kind has not: %(fields)s", fields=", ".join(sorted(unknown)))
    if not CODE.fullmatch(str(card.get("code", ""))):
        yield gettext_noop("the code may have small letters, digits and single hyphens only")


def _unknown_words(card: Entry) -> Iterator[Breach]:
    for name, known in (("kind", FIELDS_OF_KIND), ("level", LEVELS), ("actor", ACTORS)):
        if card.get(name) not in known:
            yield gettext_noop("%(field)s is “%(value)s”, not one of %(known)s", **_value(name, card, known))


def _value(name: str, card: Entry, known: Iterable[str]) -> dict[str, object]:
    return {"field": name, "value": card.get(name), "known": ", ".join(known)}


def _lengths(card: Entry) -> Iterator[Breach]:
    for name, limit in WORD_LIMITS.items():
        words = len(str(card.get(name, "")).split())
        if words > limit:
            yield gettext_noop(
                "%(field)s has %(words)d words, the limit is %(limit)d", field=name, words=words, limit=limit
            )
    if "\n" in str(card.get("why", "")):
        yield gettext_noop("why it matters is more than one line")


def _evidence(card: Entry) -> Iterator[Breach]:
    if not card.get("claims") and not card.get("facts"):
        yield gettext_noop("names no claim and no fact that it teaches")
    for number in [*card.get("claims", []), *card.get("facts", []), *card.get("misconceptions", [])]:
        if not is_known(number):
            yield gettext_noop("%(number)s is no claim, fact or misconception of the fact sheet", number=number)
    if card.get("misconceptions") and not card.get("mistake"):
        yield gettext_noop("names a misconception but does not tell the mistake")


def is_known(number: str) -> bool:
    letter, digits = number[:1], number[1:]
    return digits.isdigit() and 1 <= int(digits) <= KNOWN_IDS.get(letter, 0)


def _fairness(card: Entry) -> Iterator[Breach]:
    text = " ".join(str(card.get(name, "")) for name in ("front", "back", "why", "contested", "rewarded", "points"))
    yield from badly_worded(text, str(card.get("source", "")))
    if card.get("mistake") and not MISTAKE.fullmatch(card["mistake"]):
        yield gettext_noop("the mistake must read “Many think …; in fact …”")
    if card.get("contested") and len(READING.findall(card["contested"])) < 2:
        yield gettext_noop("historians disagree, but there are no two readings, each as “Name: what is argued”")


def badly_worded(text: str, source: str = "") -> Iterator[Breach]:
    """What no sentence for students may say, and what no source may be."""
    if found := UNFAIR.search(text):
        yield gettext_noop(
            "“%(words)s” settles or foresees what nobody could; say who said, believed or feared it",
            words=found.group(),
        )
    if ALLIANCE.search(text):
        yield gettext_noop("the Pact was a treaty of non-aggression, not an alliance")
    if PUPIL.search(text):
        yield gettext_noop("say student")
    if NO_SOURCE.search(source):
        yield gettext_noop("the source is a revision page or an unofficial copy; name the document or the book")


def _no_more(card: Entry) -> Iterator[Breach]:
    return iter(())


def _is_question(card: Entry) -> bool:
    return str(card.get("front", "")).rstrip("”’").endswith("?")


def _basic(card: Entry) -> Iterator[Breach]:
    if not _is_question(card):
        yield gettext_noop("the front is no question")
    if BLANK.search(str(card.get("front", ""))):
        yield gettext_noop("has a {{blank}}, so its kind is cloze")


def _cloze(card: Entry) -> Iterator[Breach]:
    if len(BLANK.findall(str(card.get("front", "")))) != 1:
        yield gettext_noop("a cloze card has exactly one {{blank}}")


def _choice(card: Entry) -> Iterator[Breach]:
    options = card.get("options", [])
    if not 2 <= len(options) == len(set(options)) <= 6:
        yield gettext_noop("a choice card has two to six different options")
    if card.get("answer") not in options:
        yield gettext_noop("the answer is not one of the options")
    if not card.get("mistake"):
        yield gettext_noop("a choice card tells the mistake behind a wrong pick")


def _explain(card: Entry) -> Iterator[Breach]:
    sorts = [point.get("sort") for point in card.get("points", [])]
    if not 3 <= len(sorts) <= 5 or set(sorts) != set(SORTS) or sorts != sorted(sorts, key=SORTS.index):
        yield gettext_noop(
            "an explain card has three to five points: claim, then evidence, then link, each at least once"
        )
    for point in card.get("points", []):
        if len(str(point.get("text", "")).split()) > POINT_WORDS:
            yield gettext_noop(
                "the point “%(point)s…” has more than %(limit)d words", point=point["text"][:30], limit=POINT_WORDS
            )
    if not card.get("hint"):
        yield gettext_noop("an explain card has a hint")
    yield from _exam(card)


def _exam(card: Entry) -> Iterator[Breach]:
    board = card.get("board", "")
    if not board and not _is_question(card):
        yield gettext_noop("the front is no question")
    if board and board not in BOARDS:
        yield gettext_noop("%(field)s is “%(value)s”, not one of %(known)s", **_value("board", card, BOARDS))
    if board and not (card.get("marks") and card.get("rewarded")):
        yield gettext_noop("an exam card says its marks and what is rewarded")


_OF_KIND = {"basic": _basic, "cloze": _cloze, "choice": _choice, "explain": _explain}
