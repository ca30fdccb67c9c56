"""What a field of an Anki note says, without its markup.

Not html.parser: on markup that is broken on purpose its time grows with the square of the length (20,000 characters
take five seconds). Each pattern here stops at the next bracket, so the time grows with the length alone.
"""

import re
from html import escape, unescape

_DROPPED = re.compile(r"<!--.*?(?:-->|\Z)|<(style|script|title)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"""<(/?[a-z][a-z0-9]*)(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>|<(/?[a-z][a-z0-9]*)[^<>]*>""", re.IGNORECASE)
_BLOCK = re.compile("address|article|blockquote|d[dlt]|div|h[1-6r]|li|[ou]l|p|pre|section|table|tr")
_CELLS = frozenset(("td", "th"))
_BLOCK_END = "\v"
_MEDIA = re.compile(r"\[(?:sound|anki):[^\[\]]*\]")
_CONTROL = re.compile("[\0-\b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n\v]+")
_BLOCK_ENDS = re.compile(r"[ \n]*\v[ \n\v]*")


def plain(markup: str) -> str:
    """The text as a reader sees it: lines where it shows lines, spaces as one space, no picture and no sound."""
    text = _MEDIA.sub("", _DROPPED.sub("", markup.replace("\v", " ")))
    text = _without_tags(_SPACES.sub(" ", text.replace("\n", " ")), _BLOCK_END)
    text = _SPACES.sub(" ", _CONTROL.sub("", text)).replace(" \n", "\n").replace("\n ", "\n")
    return _BLOCK_ENDS.sub("\n", text).strip()


def exact(markup: str) -> str:
    """The text that `marked_up` was given, character by character."""
    return _without_tags(_DROPPED.sub("", markup), "\n")


def marked_up(text: str) -> str:
    """A text as a field of a note, in which Anki sees no markup and no blank."""
    text = escape(text.replace("\x1f", " "), quote=False)  # \x1f is what divides the fields of a note
    return text.replace("{", "&#123;").replace("}", "&#125;").replace("\n", "<br>")


def _without_tags(markup: str, block_end: str) -> str:
    def line_break(tag: re.Match[str]) -> str:
        name = (tag[1] or tag[2]).lower().lstrip("/")
        if name == "br":
            return "\n"
        return block_end if _BLOCK.fullmatch(name) else " " if name in _CELLS else ""

    text = _TAG.sub(line_break, markup)
    try:
        return unescape(text)
    except ValueError:  # a number of more digits than Python reads
        return text
