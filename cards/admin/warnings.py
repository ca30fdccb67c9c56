"""What to look at again in a card that was saved in the admin: the rules of the starter decks, as warnings."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cards.content import rules
from cards.content.loader import entry_of
from cards.models import Card


def warn_of_breaches(request: HttpRequest, card: Card) -> None:
    for sentence, values in rules.breaches(entry_of(card)):
        named = {"code": card.code, "sentence": _(sentence) % values}
        messages.warning(request, _("To look at again in %(code)s: %(sentence)s.") % named)
