"""What a teacher does with several decks or cards at once: always a page first that says whom it affects."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import Kind, record_each
from cards import desk
from cards.forms.teach import MotiveForm, MoveForm
from cards.models import Card, Deck

SHOWN_ROWS = 20


@dataclass(frozen=True, slots=True)
class DeskAction:
    """`run` takes the rows and, where there is a form, its one value; it returns how many rows changed."""

    title: str | Promise
    button: str | Promise
    run: Callable[..., int]
    form: type[MoveForm | MotiveForm] | None = None
    needs_source: bool = False
    kind: Kind | None = None  # how the audit log calls it, of each deck that it changes


def publish_cards(cards: "QuerySet[Card]") -> int:
    """All that have a source; a card without one stays a draft."""
    return desk.set_status(cards.exclude(source=""), Card.Status.PUBLISHED)


PUBLISH, ARCHIVE = gettext_lazy("Publish"), gettext_lazy("Archive")
CARD_ACTIONS = {
    "publish": DeskAction(gettext_lazy("Publish these cards?"), PUBLISH, publish_cards, needs_source=True),
    "archive": DeskAction(
        gettext_lazy("Archive these cards?"), ARCHIVE, lambda cards: desk.set_status(cards, Card.Status.ARCHIVED)
    ),
    "move": DeskAction(
        gettext_lazy("Move these cards to another deck?"), gettext_lazy("Move"), desk.move_cards, MoveForm
    ),
    "tag": DeskAction(gettext_lazy("Tag these cards with a motive?"), gettext_lazy("Tag"), desk.tag_motive, MotiveForm),
}
DECK_ACTIONS = {
    "publish": DeskAction(
        gettext_lazy("Publish these decks?"),
        PUBLISH,
        lambda decks: desk.set_status(decks, Deck.Status.PUBLISHED),
        kind=Kind.DECK_PUBLISHED,
    ),
    "archive": DeskAction(
        gettext_lazy("Archive these decks? They are hidden from students."),
        ARCHIVE,
        lambda decks: desk.set_status(decks, Deck.Status.ARCHIVED),
        kind=Kind.DECK_ARCHIVED,
    ),
}
DECK_EVENTS = {Deck.Status.PUBLISHED: Kind.DECK_PUBLISHED, Deck.Status.ARCHIVED: Kind.DECK_ARCHIVED}


def confirm(
    model_admin: Any, request: HttpRequest, rows: "QuerySet[Any]", action: DeskAction, name: str
) -> HttpResponse | None:
    """The page that asks; once it is confirmed, the action and its sentence."""
    rows = model_admin.model.objects.filter(pk__in=model_admin.editable(request, rows).values("pk"))
    sent = request.POST if "apply" in request.POST else None
    form = action.form(sent, teacher=request.user) if action.form else None  # type: ignore[arg-type]
    count, is_across = rows.count(), request.POST.get("select_across") == "1"
    if sent and is_across and sent.get("count") != str(count):
        messages.warning(request, _("The list has changed since you were asked. Look at the number again."))
    elif sent and (form is None or form.is_valid()):
        _apply(model_admin, request, action, rows, form)
        return None
    cards = rows if model_admin.model is Card else Card.objects.filter(deck__in=rows)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": action.title,
        "action": action,
        "name": name,
        "form": form,
        "count": count,
        "shown": rows[:SHOWN_ROWS],
        # All rows of a list are sent as the list itself, with its filters: they may be thousands.
        "chosen": rows.values_list("pk", flat=True)[: 1 if is_across else None],
        "is_across": is_across,
        "students": desk.students_of(cards),
        "without_source": cards.filter(source="").count() if action.needs_source else 0,
        "opts": model_admin.model._meta,
        "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/cards/confirm.html", context)


def _apply(
    model_admin: Any, request: HttpRequest, action: DeskAction, rows: "QuerySet[Any]", form: forms.Form | None
) -> None:
    before = dict(rows.values_list("pk", "status"))
    in_a_draft = action.needs_source and rows.filter(deck__status=Deck.Status.DRAFT).exists()
    try:
        changed = action.run(rows, *(form.cleaned_data.values() if form else ()))
    except desk.ClashError as clash:
        sentence = _("Nothing was moved: that deck has cards with the same code already (%(codes)s).")
        messages.error(request, sentence % {"codes": ", ".join(clash.args[0])})
        return
    if action.kind:
        # Asked for by number: a list of drafts has none of them any more.
        decks = [deck for pk, deck in Deck.objects.in_bulk(before).items() if deck.status != before[pk]]
        record_each(action.kind, decks, by=request.user, now=timezone.now())
    messages.success(request, _("Done: %(count)d. All schedules are kept.") % {"count": changed})
    if in_a_draft:
        messages.warning(request, _("Their deck is still a draft, so no student sees them. Publish the deck, too."))
