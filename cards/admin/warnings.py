"""What to look at again in a card that was saved in the admin; the same is said of a row to be imported.

What the files of the starter decks must have beyond that, a teacher's own card may lack.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cards.content import rules
from cards.content.loader import entry_of
from cards.models import Card


def warn_of_breaches(request: HttpRequest, card: Card) -> None:
    found = [_(sentence) % values for sentence, values in rules.advice(entry_of(card))]
    if not card.source:
        found.append(_("names no source"))
    for sentence in found:
        named = {"code": card.code, "sentence": sentence}
        messages.warning(request, _("To look at again in %(code)s: %(sentence)s.") % named)


def tell_of_merge(request: HttpRequest, form: Any) -> None:
    if form.is_merged:
        messages.info(
            request, _("Somebody else has saved other parts of this meanwhile. Theirs and yours are both kept.")
        )
