"""Reads: a student's cards by what she looks for, a page at a time, and the weakest of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from cards.models import LEECH_LAPSES, Card, Flag
from cards.stats import Level, with_level

PAGE_SIZE = 50
COUNT_LIMIT = 1000
MOST_WORDS = 10
WEAKEST = 12
TEXTS = ("front", "back", "why")
ORDER = ("deck__position", "deck__title", "deck_id", "position", "pk")  # columns only: a place in it is compared
TYPOGRAPHIC = str.maketrans({"'": "’", "-": "–"})
TYPED = str.maketrans({"’": "'", "–": "-"})


@dataclass(frozen=True, slots=True)
class Search:
    """What she looks for; what is left empty does not narrow it."""

    words: str = ""
    deck: str = ""  # slug
    motive: str = ""  # code
    actor: str = ""
    state: str = ""  # name of a Level, in small letters
    due: bool = False
    flagged: bool = False
    leech: bool = False
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class CardPage:
    """Up to `PAGE_SIZE` cards, and whether there are more on either side."""

    cards: Sequence[Card]
    has_earlier: bool = False
    has_later: bool = False

    @property
    def first(self) -> Card:
        return self.cards[0]

    @property
    def last(self) -> Card:
        return self.cards[-1]


def search_cards(user: User, search: Search, *, today: date) -> "QuerySet[Any]":
    """Her cards that match, in the order of her decks, with `known` and what `_with_marks` adds."""
    cards = _with_marks(with_level(Card.objects.studied_by(user, today), user), user, today)
    wanted: dict[str, Any] = {"deck__slug": search.deck, "motive__code": search.motive, "actor": search.actor}
    wanted |= {"is_due": search.due, "is_flagged": search.flagged}
    wanted |= {"is_leech": search.leech, "is_suspended": search.suspended}
    if search.state:
        cards = cards.filter(known=Level[search.state.upper()])
    cards = cards.filter(_with_words(search.words), **{name: value for name, value in wanted.items() if value})
    return cards.select_related("deck", "motive").order_by(*ORDER)


def _with_marks(cards: "QuerySet[Card]", user: User, today: date) -> "QuerySet[Any]":
    """Adds `due_on`, `is_due` (and not hidden), `is_flagged` by her, `is_leech` and `is_suspended`."""
    not_buried = Q(state_of_hers__buried_on__isnull=True) | Q(state_of_hers__buried_on__lt=today)
    return cards.annotate(
        due_on=F("state_of_hers__due_on"),
        is_due=Q(not_buried, state_of_hers__due_on__lte=today, state_of_hers__suspended=False),
        is_flagged=Exists(Flag.objects.standing().filter(user=user, card=OuterRef("pk"))),
        is_leech=Q(state_of_hers__lapses__gte=LEECH_LAPSES),
        is_suspended=Q(state_of_hers__suspended=True),
    )


def _with_words(words: str) -> Q:
    """Every word somewhere in the card's texts."""
    found = Q()
    for word in words.split()[:MOST_WORDS]:
        lookups = [(f"{text}__icontains", spelling) for text in TEXTS for spelling in sorted(_spellings(word))]
        found &= Q(*lookups, _connector=Q.OR)
    return found


def _spellings(word: str) -> set[str]:
    """The word with straight and with curly marks; SQLite knows no capitals beyond A to Z, so those are spelt out."""
    spellings = {word, word.translate(TYPOGRAPHIC), word.translate(TYPED)}
    if any(letter.isalpha() and not letter.isascii() for letter in word):
        spellings |= {change(word) for change in (str.lower, str.upper, str.capitalize)}
    return spellings


def count_cards(cards: "QuerySet[Any]") -> int:
    """How many, at most one more than `COUNT_LIMIT`."""
    return cards.order_by()[: COUNT_LIMIT + 1].count()


def card_page(
    user: User, search: Search, *, today: date, after: int | None = None, before: int | None = None
) -> CardPage:
    """The page that follows the card `after`, or ends where `before` begins; the first where neither is hers.

    Its place in the order is compared, so the last page costs what the first one does.
    """
    cards = search_cards(user, search, today=today)
    place = _place(user, after or before, today)
    if place is None:
        return _forwards(cards)
    page = _forwards(cards, place) if after else _backwards(cards, place)
    return page if page.cards else _forwards(cards)


def _place(user: User, card_id: int | None, today: date) -> tuple[Any, ...] | None:
    """Where in the order one of her cards stands."""
    if card_id is None:
        return None
    return Card.objects.studied_by(user, today).filter(pk=card_id).order_by().values_list(*ORDER).first()


def _forwards(cards: "QuerySet[Any]", place: tuple[Any, ...] | None = None) -> CardPage:
    ids = _first_ids(cards.filter(_beyond(place, "gt")) if place else cards)
    return CardPage(_of_ids(cards, ids[:PAGE_SIZE]), has_earlier=place is not None, has_later=len(ids) > PAGE_SIZE)


def _backwards(cards: "QuerySet[Any]", place: tuple[Any, ...]) -> CardPage:
    ids = _first_ids(cards.filter(_beyond(place, "lt")).reverse())
    return CardPage(_of_ids(cards, ids[:PAGE_SIZE]), has_earlier=len(ids) > PAGE_SIZE, has_later=True)


def _first_ids(cards: "QuerySet[Any]") -> list[int]:
    """A page and one more. The database sorts numbers alone, since texts of thousands of cards would weigh."""
    return list(cards.values_list("pk", flat=True)[: PAGE_SIZE + 1])


def _of_ids(cards: "QuerySet[Any]", ids: list[int]) -> list[Card]:
    return list(cards.filter(pk__in=ids))


def _beyond(place: tuple[Any, ...], comparison: str) -> Q:
    """After (gt) or before (lt) a place: the first column that differs decides."""
    return Q(*_steps(place, comparison), _connector=Q.OR)


def _steps(place: tuple[Any, ...], comparison: str) -> Iterator[Q]:
    for depth, name in enumerate(ORDER):
        same = dict(zip(ORDER[:depth], place, strict=False))
        yield Q(**same, **{f"{name}__{comparison}": place[depth]})


def weakest_cards(user: User, *, today: date) -> list[Card]:
    """Her twelve weakest: lowest level first, then most lapses, then lowest ease.

    Of the cards that she has met and not suspended, since of the others it is not known what she knows.
    """
    met = search_cards(user, Search(), today=today).filter(known__gt=Level.NOT_MET, is_suspended=False)
    weakest_first = ("known", "-state_of_hers__lapses", "state_of_hers__ease", *ORDER)
    return list(met.select_related("deck", "motive", "misconception").order_by(*weakest_first)[:WEAKEST])
