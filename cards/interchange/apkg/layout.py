"""How our cards lie in Anki's notes: the fields of our own note types, and what Anki shows of them.

The names are English and never change: by them a package of ours is known again.
"""

from cards.interchange.cells import COLUMNS

NAME = "PactCards"
QUESTION_FIRST = ("front", "back")
_NAMES = {"answer": "Right option", "points": "Credit points", "why": "Why it matters"}
FIELD_OF = {column: _NAMES.get(column, column.replace("_", " ").capitalize()) for column in COLUMNS}
# In Anki the first field is what its lists show.
ORDER = (*QUESTION_FIRST, *(column for column in COLUMNS if column not in QUESTION_FIRST))
FIELDS = tuple(FIELD_OF[column] for column in ORDER)
LABELLED = ("answer", "points", "why", "contested", "common_mistake", "rewarded", "source")

CSS = """.card { max-width: 34em; margin: 1em auto; font: 20px/1.5 Georgia, serif; text-align: left; }
.about { font-size: 0.8em; } .about b, .options { font-family: sans-serif; }"""


def is_ours(name: str, fields: tuple[str, ...]) -> bool:
    """Anki may put something after the name of a note type, and a person may add fields."""
    return name.startswith(NAME) and {FIELD_OF["code"], FIELD_OF["kind"], FIELD_OF["front"]} <= set(fields)


def _if_any(column: str, html: str) -> str:
    name = FIELD_OF[column]
    return f"{{{{#{name}}}}}{html}{{{{/{name}}}}}"


def _labelled(column: str) -> str:
    name = FIELD_OF[column]
    return _if_any(column, f'<p class="about"><b>{name}</b><br>{{{{{name}}}}}</p>')


_ABOUT = "\n".join(map(_labelled, LABELLED))
QUESTION = "<p>{{Front}}</p>\n" + _if_any("options", '<p class="options">{{Options}}</p>')
ANSWER = "{{FrontSide}}\n<hr id=answer>\n<p>{{Back}}</p>\n" + _ABOUT
CLOZE_QUESTION = "<p>{{cloze:Front}}</p>"
CLOZE_ANSWER = f"{CLOZE_QUESTION}\n<hr id=answer>\n{_ABOUT}"
