"""A card's text on a page. Nowhere else is text marked as safe: all of it here has come out of nh3."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from cards import formatting
from cards.formatting import BLOCK, LINE, WORDS

register = template.Library()


def _safe(cleaned: str) -> SafeString:
    """Only for what nh3 has returned."""
    return mark_safe(cleaned)  # noqa: S308


@register.filter
def formatted(text: str) -> SafeString:
    """Where lists can be: never in a paragraph or a heading."""
    return _safe(formatting.shown(text, BLOCK))


@register.filter
def formatted_line(text: str) -> SafeString:
    """Where links can be; the items of a list are lines with a bullet."""
    return _safe(formatting.shown(text, LINE))


@register.filter
def formatted_words(text: str) -> SafeString:
    """Where links cannot be: in a button, a link, a summary."""
    return _safe(formatting.shown(text, WORDS))


@register.filter
def around_blank(front: str) -> list[SafeString]:
    """What stands before and after the blank of a sentence."""
    return [_safe(half) for half in formatting.around_blank(front, LINE)]


@register.filter
def words_around_blank(front: str) -> list[SafeString]:
    return [_safe(half) for half in formatting.around_blank(front, WORDS)]


@register.filter
def with_answer(front: str) -> SafeString:
    """A sentence with what is in its blank marked."""
    return _safe(formatting.with_answer(front))


@register.filter
def plain_words(text: str) -> str:
    return formatting.plain(text)
