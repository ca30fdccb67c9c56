"""A field of an Anki note is HTML: as a text of ours with its light marks, and back.

nh3 reads it, as a browser would and in a time that grows with its length alone; what no mark of ours stands for is left
out there.
"""

import re
from html import unescape

import nh3
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.common.utils import escapeHtml

from cards.formatting import exact_line, line_of, to_html

_DROPPED = {"style", "script", "title"}  # with what is in them
_BLOCKS = {
    *("address", "article", "blockquote", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li"),
    *("ol", "p", "pre", "section", "table", "tr", "ul"),
}
_CELLS = {"td", "th"}
_SAME = {"b": "strong", "i": "em", "strong": "strong", "em": "em"}
_KEPT = {*_BLOCKS, *_CELLS, *_SAME, "a", "br", "tbody"}
_TAG = re.compile(r'<(/?)([a-z0-9]+)(?: href="([^"]*)")?>')
_MEDIA = re.compile(r"\[(?:sound|anki):[^\[\]]*\]")
_CONTROL = re.compile("[\0-\b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_UNREADABLE = re.compile("[\0\ud800-\udfff]")
_WORDS = re.compile(r"(?:<[^>]*>|\s)*[^\s<]")
_SPACES = re.compile(r"\s+")
_EMPTY = re.compile(r'<(strong|em|a)(?: href="[^"]*")?>(\s*)</\1>')
_BOLD_ITALICS = re.compile("<strong><em>([^<]*)</em></strong>")
_OPEN_AND_SPACE = re.compile(r"(<(?:strong|em)>)(\s+)")
_SPACE_AND_CLOSE = re.compile(r"(\s+)(</(?:strong|em)>)")


def plain(markup: str) -> str:
    """The text as a reader sees it: lines where it shows lines, spaces as one space, no picture and no sound."""
    html = _cleaned(_MEDIA.sub("", _CONTROL.sub("", markup)))
    lines = _Lines(_SPACES.sub(" ", html.replace("&nbsp;", " ")), is_ours=False)
    return "\n".join(line_of(_tidy(html), is_item=is_item) for is_item, html in lines.found).strip()


def exact(markup: str) -> str:
    """The text that `marked_up` was given, character by character."""
    lines = _Lines(_cleaned(_UNREADABLE.sub("", markup)).replace("\n", "<br>"), is_ours=True)
    return "\n".join(exact_line(html, is_item=is_item) for is_item, html in lines.found)


def marked_up(text: str) -> str:
    """A text as a field of a note, in which Anki sees no blank."""
    html = to_html(text.replace("\x1f", " "))  # \x1f is what divides the fields of a note
    return html.replace("{", "&#123;").replace("}", "&#125;").replace("\r", "&#13;")


def _cleaned(markup: str) -> str:
    return nh3.clean(
        markup,
        tags=_KEPT,
        clean_content_tags=_DROPPED,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel=None,
    )


def _tidy(html: str) -> str:
    """Marks begin and end at a word: `<b>one </b>two` is `**one** two`."""
    html = _SPACE_AND_CLOSE.sub(r"\2\1", _OPEN_AND_SPACE.sub(r"\2\1", html))
    html = _BOLD_ITALICS.sub(r"<em><strong>\1</strong></em>", html)  # as three stars say it
    return _SPACES.sub(" ", _EMPTY.sub(r"\2", html)).strip()


class _Lines:
    """Clean HTML as lines, whether each is an item of a list, and what is bold or a link in it.

    In a field that we wrote every break counts; elsewhere one that is next to a block only seems to be a line.
    """

    def __init__(self, html: str, *, is_ours: bool) -> None:
        self.found: list[tuple[bool, str]] = []
        self._is_ours = is_ours
        self._pieces: list[str] = []
        self._marks: list[tuple[str, str]] = []  # how each that is open here opens and closes
        self._lists: list[int | None] = []  # the items so far of each list around that has numbers
        self._has_words = self._is_item = self._after_block = self._had_list = False
        self._read(html)

    def _read(self, html: str) -> None:
        place = 0
        for tag in _TAG.finditer(html):
            self._text(html[place : tag.start()])
            self._tag(tag[2], tag[3] or "", is_end=bool(tag[1]))
            place = tag.end()
        self._text(html[place:])
        if self._has_words or not (self._had_list or self._after_block):
            self._end_line()

    def _text(self, html: str) -> None:
        text = unescape(html)
        if text.strip() or (text and self._is_ours):
            self._has_words, self._after_block = True, False
        self._pieces.append(escapeHtml(text))

    def _tag(self, name: str, href: str, *, is_end: bool) -> None:
        if name == "br":
            self._break()
        elif name in _SAME or name == "a":
            self._close() if is_end else self._mark(_SAME.get(name, name), href)
        elif name in _CELLS:
            self._pieces.append(" ")
        elif name in _BLOCKS:
            self._block(name, is_end=is_end)

    def _mark(self, name: str, href: str) -> None:
        if name != "a":
            self._marks.append((f"<{name}>", f"</{name}>"))
        elif unescape(href).startswith("https://"):
            self._marks.append((f'<a href="{href if self._is_ours else _writable(href)}">', "</a>"))
        else:  # it can't be followed here, and is not lost
            self._marks.append(("", f" ({href})" if href else ""))
        self._pieces.append(self._marks[-1][0])
        self._has_words |= self._is_ours  # a link of ours may have no words

    def _close(self) -> None:
        self._pieces.append(self._marks.pop()[1])

    def _break(self) -> None:
        if self._is_ours or self._has_words or not self._after_block:
            self._end_line()

    def _block(self, name: str, *, is_end: bool) -> None:
        if self._has_words:
            self._end_line()
        while not self._is_ours and self.found and not self.found[-1][1]:
            self.found.pop()
        self._after_block = True
        if name in ("ul", "ol"):
            self._list(is_numbered=name == "ol", is_end=is_end)
        if name == "li" and not is_end:
            self._item()

    def _list(self, *, is_numbered: bool, is_end: bool) -> None:
        self._had_list = True
        if is_end:
            self._lists.pop()
        else:
            self._lists.append(0 if is_numbered else None)

    def _item(self) -> None:
        count = self._lists[-1] if self._lists else None
        self._is_item = count is None
        if count is not None:
            self._lists[-1] = count + 1
            self._text(f"{count + 1}. ")

    def _end_line(self) -> None:
        closing = "".join(close for _open, close in reversed(self._marks) if close.startswith("</"))
        html = "".join(self._pieces) + closing
        self.found.append((self._is_item, html if _WORDS.search(html) or self._is_ours else ""))
        self._pieces = [opening for opening, _close in self._marks]
        self._has_words = self._is_item = False


def _writable(href: str) -> str:
    """An address as it stands between the brackets of a link."""
    address = normalizeLink(unescape(href)).replace(" ", "%20").replace("(", "%28").replace(")", "%29")
    return escapeHtml(address)
