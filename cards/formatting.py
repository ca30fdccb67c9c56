"""PURE: the light marks in a card's text, as HTML and back. What is stored is the text with its marks.

`**bold**`, `*italics*`, `[words](https://…)`, and `- item` at the start of a line; a backslash makes a mark a sign
again. Everything else is text.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import unescape
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml

from cards.kinds import BLANK

WORDS, LINE, BLOCK = (
    frozenset({"strong", "em", "mark"}),  # where no link can be: a button, a label
    frozenset({"strong", "em", "mark", "a", "br"}),  # where no list can be: a heading, a paragraph
    frozenset({"strong", "em", "mark", "a", "br", "ul", "li"}),
)
BULLET = "• "
MOST_SIGNS = 80  # stars, brackets and backslashes in a line
MOST_KEPT = 4096  # texts whose HTML a process remembers
_MARKS = re.compile(r"[*\[\\]")
_ITEM = re.compile(r"- (?=\S)")
_TAG = re.compile(r'<(/?)(strong|em|a)(?: href="([^"]*)")?>')
_LINK = re.compile(r'<a href="([^"]*)">.*?</a>')
_SIGNS = {"strong": "**", "em": "*"}
# What is not to be seen and turns or splits what is: C0 and C1, direction overrides and isolates, blanks of no width.
_UNSEEN = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def cleaned(text: str) -> str:
    """The text as a reader sees it: without characters that show nothing, or that turn the line round."""
    return _UNSEEN.sub("", text)


class _Line(NamedTuple):
    text: str
    is_item: bool


Render = Callable[[_Line], str]


class _Marks(MarkdownIt):
    """Of Markdown only emphasis by stars, links to https:// and the backslash; no HTML."""

    def __init__(self) -> None:
        super().__init__("zero", {"html": False})
        self.enable(["emphasis", "link", "escape"])
        for name in ("em", "strong"):
            self.add_render_rule(f"{name}_open", _emphasis)
            self.add_render_rule(f"{name}_close", _emphasis)

    def validateLink(self, url: str) -> bool:  # noqa: N802 # the library's name
        return url.startswith("https://") and bool(_host(url))


def _emphasis(renderer: object, tokens: list, place: int, *_rest: object) -> str:
    """What stands between underscores is text: file names and gaps to fill in have them."""
    token = tokens[place]
    if token.markup.startswith("_"):
        return token.markup
    return f"<{'/' * (token.nesting < 0)}{token.tag}>"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


_markdown = _Marks()


# --- shown


@lru_cache(MOST_KEPT)
def shown(text: str, tags: frozenset[str]) -> str:
    """Clean HTML with nothing but these elements."""
    return _clean(_page_html(text, tags), tags)


@lru_cache(MOST_KEPT)
def around_blank(front: str, tags: frozenset[str]) -> list[str]:
    """The halves of a sentence around its one {{blank}}; it may lie in bold words."""
    html = _clean(_marked(front, tags, "<mark></mark>"), tags)
    before, _blank, after = html.partition("<mark></mark>")
    return [before, after]


@lru_cache(MOST_KEPT)
def with_answer(front: str) -> str:
    """A sentence with what is in its {{blank}} marked."""
    return _clean(_marked(front, LINE, r"<mark>\1</mark>"), LINE)


def _marked(front: str, tags: frozenset[str], mark: str) -> str:
    html = _page_html(front, tags)
    if len(BLANK.findall(html)) != 1:  # a mark has got hold of the braces
        html = escapeHtml(front)
    return BLANK.sub(mark, html, count=1)


def _page_html(text: str, tags: frozenset[str]) -> str:
    """Beside each link stands the place that it leads to."""
    html = _html(text, _line_html) if "ul" in tags else "<br>".join(_bulleted(text))
    if "a" in tags:
        html = _LINK.sub(lambda link: f"{link[0]} ({escapeHtml(_host(unescape(link[1])))})", html)
    return html if "br" in tags else html.replace("<br>", " ")


def _clean(html: str, tags: frozenset[str]) -> str:
    attributes = {"a": {"href"}}
    return nh3.clean(html, tags=set(tags), attributes=attributes, url_schemes={"https"}, link_rel="noopener nofollow")


def _bulleted(text: str) -> Iterator[str]:
    return (BULLET * line.is_item + _line_html(line) for line in _lines(text))


def plain(text: str) -> str:
    """The words without their marks, for where nothing can be bold: a title, a label, a list."""
    return "\n".join("- " * line.is_item + _words(_line_html(line)) for line in _lines(text))


def _words(html: str) -> str:
    return unescape(_TAG.sub("", html))


def _lines(text: str) -> Iterator[_Line]:
    for line in text.split("\n"):
        item = _ITEM.match(line)
        yield _Line(line[item.end() :] if item else line, bool(item))


def _line_html(line: _Line) -> str:
    """A line with more marks than anybody writes is text: reading them would take too long."""
    signs = len(_MARKS.findall(line.text))
    return _markdown.renderInline(line.text) if 0 < signs <= MOST_SIGNS else escapeHtml(line.text)


def _html(text: str, render: Render) -> str:
    """Where there is a list, every line outside it ends with a break, so that none is lost on the way back."""
    parts = [(is_item, list(map(render, lines))) for is_item, lines in groupby(_lines(text), lambda line: line.is_item)]
    if not any(is_item for is_item, _lines in parts):
        return "<br>".join(parts[0][1])
    return "".join(
        f"<ul><li>{'</li><li>'.join(lines)}</li></ul>" if is_item else "".join(f"{line}<br>" for line in lines)
        for is_item, lines in parts
    )


# --- to another program and back


def to_html(text: str) -> str:
    """For a program that shows HTML. A mark that could not be read back as it is stands there as it is."""
    return _html(text, _exact_html)


def _exact_html(line: _Line) -> str:
    html = _line_html(line)
    bare = _written(html, line, str)
    if line.text == bare.text:
        return html
    is_needed = line.text == _written(html, line, _escaped).text and _exact_html(bare) != html
    return html if is_needed else escapeHtml(line.text)


def exact_line(html: str, *, is_item: bool = False) -> str:
    """Of a line that `to_html` wrote, its text, character by character."""
    return _line_of(html, is_item, _exact_html)


def line_of(html: str, *, is_item: bool = False) -> str:
    """The text that shows what a line with <strong>, <em> and <a href> shows; its words where no marks can."""
    return _line_of(html, is_item, _line_html)


def _line_of(html: str, is_item: bool, render: Render) -> str:
    line, words = _Line("", is_item), escapeHtml(_words(html))
    ways = ((html, str), (html, _escaped), (words, str), (words, _escaped))
    texts = (text for way, write in ways if render(text := _written(way, line, write)) == way)
    return "- " * is_item + next(texts, _written(words, line, _escaped)).text


def as_it_stands(text: str) -> str:
    """The text that shows this one with no mark in it."""
    return "\n".join(line_of(escapeHtml(line)) for line in text.split("\n"))


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\g<0>", text)


def _written(html: str, line: _Line, write: Callable[[str], str]) -> _Line:
    """The marks of a line's HTML, its words by `write`."""
    pieces, place, href = [], 0, ""
    for tag in _TAG.finditer(html):
        pieces.append(write(unescape(html[place : tag.start()])))
        place = tag.end()
        href = tag[3] or href
        pieces.append(_SIGNS.get(tag[2]) or (f"]({unescape(href)})" if tag[1] else "["))
    text = "".join(pieces) + write(unescape(html[place:]))
    return _Line("\\" + text if _ITEM.match(text) and not line.is_item else text, line.is_item)
