"""A deck as an Anki package that Anki can import again and again: the same card is the same note.

The format is the older one, which every Anki reads. What Anki has no place for lies in fields of its own, so that
`read_package` gives back exactly what was written.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from itertools import count
from zipfile import ZIP_DEFLATED, ZipFile

import genanki

from cards.interchange.apkg import cloze, layout
from cards.interchange.apkg.archive import OLD
from cards.interchange.apkg.markup import marked_up
from cards.interchange.cells import cells_of
from cards.models import Card, Deck

LARGEST_ID = 1 << 52  # a whole number in every language that Anki is written in


def write_package(deck: Deck, cards: Iterable[Card], *, now: datetime) -> bytes:
    """The cards as notes. Where Anki has an older text of a note, `now` is what makes ours the newer one."""
    anki_deck = genanki.Deck(_id("deck", deck), deck.title, deck.description)
    basic, sentence = _basic_type(deck), _cloze_type(deck)
    for card in cards:
        anki_deck.add_note(_note(card, sentence if card.kind == Card.Kind.CLOZE else basic))
    collection = _collection(anki_deck, now.timestamp())
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr(OLD, collection)
        archive.writestr("media", "{}")
    return file.getvalue()


def _collection(anki_deck: genanki.Deck, timestamp: float) -> bytes:
    """Not genanki's own `write_to_file`, which leaves its temporary file behind."""
    with closing(sqlite3.connect(":memory:")) as database:
        ids = count(int(timestamp * 1000))
        genanki.Package(anki_deck).write_to_db(database.cursor(), timestamp, ids)
        database.commit()
        return database.serialize()


def _note(card: Card, note_type: genanki.Model) -> genanki.Note:
    cells = cells_of(card)
    fields = {column: marked_up(text) for column, text in cells.items()}
    if card.kind == Card.Kind.CLOZE:
        fields["front"] = cloze.for_anki(cells["front"])
    tags = [f"{name}::{cells[name]}" for name in ("motive", "actor") if cells[name]]
    return genanki.Note(note_type, [fields[column] for column in layout.ORDER], tags=tags, guid=card.code)


def _basic_type(deck: Deck) -> genanki.Model:
    return _note_type(deck, "questions", layout.QUESTION, layout.ANSWER, genanki.Model.FRONT_BACK)


def _cloze_type(deck: Deck) -> genanki.Model:
    return _note_type(deck, "sentences", layout.CLOZE_QUESTION, layout.CLOZE_ANSWER, genanki.Model.CLOZE)


def _note_type(deck: Deck, what: str, question: str, answer: str, kind: int) -> genanki.Model:
    return genanki.Model(
        _id(what, deck),
        f"{layout.NAME} {what} ({deck.slug})",
        fields=[{"name": name} for name in layout.FIELDS],
        templates=[{"name": "Card", "qfmt": question, "afmt": answer}],
        css=layout.CSS,
        model_type=kind,
    )


def _id(what: str, deck: Deck) -> int:
    """The same for the same deck wherever it is exported: its address is what stays."""
    return int.from_bytes(sha256(f"pactcards {what} {deck.slug}".encode()).digest()[:8], "big") % LARGEST_ID + 1
