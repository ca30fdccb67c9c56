"""Anki packages made by hand: old ones, new ones, and such as Anki would never make."""

import json
import sqlite3
from contextlib import closing
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import zstandard

BASIC, CLOZE = 1, 2
QUESTION, ANSWER = "{{Front}}", "{{FrontSide}}<hr>{{Back}}"
SENTENCE, SENTENCE_ANSWER = "{{cloze:Text}}", "{{cloze:Text}}<br>{{Extra}}"
TYPES = {
    BASIC: ("Basic", 0, ["Front", "Back"], QUESTION, ANSWER),
    CLOZE: ("Cloze", 1, ["Text", "Extra"], SENTENCE, SENTENCE_ANSWER),
}
DECOY = ("decoy", BASIC, "", ["Please update to the latest Anki version, then import again.", ""])
NOTES = (
    "CREATE TABLE notes (id integer primary key, guid text, mid integer, mod integer, usn integer, tags text,"
    " flds text, sfld integer, csum integer, flags integer, data text);"
    "CREATE TABLE cards (id integer primary key, nid integer, ord integer, reps integer);"
)
COL = "CREATE TABLE col (id integer primary key, ver integer not null, models text not null);"
TABLES = (
    "CREATE TABLE notetypes (id integer primary key, name text NOT NULL COLLATE unicase, config blob NOT NULL);"
    "CREATE TABLE fields (ntid integer, ord integer, name text NOT NULL COLLATE unicase, config blob,"
    " PRIMARY KEY (ntid, ord)) WITHOUT ROWID;"
    "CREATE UNIQUE INDEX idx_fields_name_ntid ON fields (name, ntid);"
    "CREATE TABLE templates (ntid integer, ord integer, name text NOT NULL COLLATE unicase, config blob,"
    " PRIMARY KEY (ntid, ord)) WITHOUT ROWID;"
)


def database(*, base=COL + NOTES, statements=(), inserts=(), version=11, models="{}", notes=()):
    """A collection's bytes; each note is (guid, note type, tags, fields)."""
    with closing(sqlite3.connect(":memory:")) as made:
        made.create_collation("unicase", lambda one, other: (one > other) - (one < other))
        made.executescript(base + "".join(statements))
        if version is not None:
            made.execute("INSERT INTO col VALUES (1, ?, ?)", (version, models))
        rows = [(guid, kind, f" {tags} ", "\x1f".join(fields)) for guid, kind, tags, fields in notes]
        for statement, values in inserts:
            made.execute(statement, values)
        for row in rows:
            made.execute("INSERT INTO notes (guid, mid, tags, flds) VALUES (?, ?, ?, ?)", row)
        made.commit()
        return made.serialize()


def old_collection(*notes, types=TYPES, **more):
    return database(models=json.dumps({key: _listed(*kind) for key, kind in types.items()}), notes=notes, **more)


def _listed(name, kind, fields, question, answer):
    template = {"name": "Card 1", "ord": 0, "qfmt": question, "afmt": answer}
    return {"name": name, "type": kind, "flds": [{"name": field} for field in fields], "tmpls": [template]}


def new_collection(*notes, types=TYPES, version=18):
    rows = []
    for key, (name, kind, fields, question, answer) in types.items():
        rows.append(("INSERT INTO notetypes VALUES (?, ?, ?)", (key, name, b"\x08\x01" if kind else b"")))
        rows += [
            ("INSERT INTO fields VALUES (?, ?, ?, x'')", (key, place, field)) for place, field in enumerate(fields)
        ]
        config = _text(1, question) + _text(2, answer)
        rows.append(("INSERT INTO templates VALUES (?, 0, 'Card 1', ?)", (key, config)))
    return database(statements=[TABLES], inserts=rows, version=version, models="", notes=notes)


def _text(field, text):
    return bytes([field << 3 | 2, len(text)]) + text.encode()


def zipped(entries, method=ZIP_DEFLATED):
    file = BytesIO()
    with ZipFile(file, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def old_package(*notes, **more):
    return zipped({"collection.anki2": old_collection(*notes, **more), "media": "{}"})


def middle_package(*notes):
    return zipped({"collection.anki2": old_collection(DECOY), "collection.anki21": old_collection(*notes)})


def new_package(*notes, version=18):
    collection = zstandard.compress(new_collection(*notes, version=version))
    decoy = old_collection(DECOY)
    return zipped({"meta": b"\x08\x03", "collection.anki21b": collection, "collection.anki2": decoy, "media": ""})
