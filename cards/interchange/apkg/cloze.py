"""Anki's sentences with blanks as ours: `{{c1::time::when?}}` becomes `{{time}}`, each number a card of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from cards import kinds
from cards.interchange.apkg.markup import marked_up

_OPEN, _CLOSE = "{{", "}}"
_BLANK = r"\{\{c(\d{1,3}(?:,\d{1,3})*)::"
_NUMBERS = re.compile(_BLANK)
_MARK = re.compile(rf"{_BLANK}|\}}\}}")
_OURS = re.compile(r"\{\{c1::(.*?)\}\}", re.DOTALL)
_WRITTEN = re.compile(r"&#123;&#123;(.+?)&#125;&#125;")
DEEPEST = 8
MOST_BLANKS = 50
PICTURE = "image-occlusion:"


@dataclass
class _Blank:
    """A part of the sentence, and the numbers of the cards that hide it; the whole sentence has none."""

    numbers: tuple[str, ...] = ()
    pieces: list["str | _Blank"] = field(default_factory=list)


def numbers_of(text: str) -> list[str]:
    """Of all blanks, as they count in Anki."""
    found = {number for numbers in _NUMBERS.findall(text) for number in numbers.split(",")}
    return sorted(found - {"0"}, key=int)


def fronts(text: str) -> Iterator[tuple[str, str, str]]:
    """Number, front and what is wrong with it, of each card that Anki makes of the sentence."""
    numbers = numbers_of(text)
    if len(numbers) > MOST_BLANKS:
        yield "1", text, _("There are too many blanks in this sentence.")
        return
    sentence = _parse(text)
    for number in numbers:
        front = _front(sentence, number).strip()
        yield number, front, _hidden_picture(text) or problem(front)
    if not numbers:
        yield "1", text, _("There is no blank in this sentence.")


def _hidden_picture(text: str) -> str:
    return _("This card hides a part of a picture, and pictures are left out.") if PICTURE in text else ""


def problem(front: str) -> str:
    """What our one blank cannot hold."""
    if front.count(_OPEN) > 1:
        return _("This card has more than one blank; here a card has exactly one.")
    if not kinds.has_one_blank(front):
        return _("The blank of this sentence can’t be read. Write it as in: Stalin needed {{time}} to rearm.")
    return ""


def _parse(text: str) -> _Blank:
    """Blanks may lie within one another; a sentence with one that is not closed is left as it is."""
    path, place = [_Blank()], 0
    for mark in _MARK.finditer(text):
        path[-1].pieces.append(text[place : mark.start()])
        place = mark.end()
        if mark[1] and len(path) <= DEEPEST:
            blank = _Blank(tuple(mark[1].split(",")))
            path[-1].pieces.append(blank)
            path.append(blank)
        elif not mark[1] and len(path) > 1:
            path.pop()
        else:
            path[-1].pieces.append(mark[0])
    path[-1].pieces.append(text[place:])
    return path[0] if len(path) == 1 else _Blank(pieces=[text])


def _front(part: _Blank, number: str) -> str:
    text = "".join(piece if isinstance(piece, str) else _front(piece, number) for piece in part.pieces)
    if part.numbers:
        text = text.partition("::")[0]  # what follows is a hint
    return f"{_OPEN}{text}{_CLOSE}" if number in part.numbers else text


# --- ours


def for_anki(front: str) -> str:
    """A front of ours with its blank as Anki writes it, marked up."""
    html = marked_up(front)
    if not kinds.has_one_blank(front) or len(_WRITTEN.findall(html)) != 1:
        return html
    colon = "&#58;"  # two of them would begin a hint
    return _WRITTEN.sub(lambda blank: f"{{{{c1::{blank[1].replace(':', colon)}}}}}", html)


def ours(text: str) -> str:
    """A front that `for_anki` has written, without its markup, as it was."""
    return _OURS.sub(r"{{\1}}", text, count=1)
