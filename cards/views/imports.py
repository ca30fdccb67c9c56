"""Import in three steps, from a deck: paste or drop, look at every row, import; and the same back again."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import Kind, record
from cards.forms.imports import ImportForm, MotivesForm, ReadingForm, posted_cells, posted_takes
from cards.interchange import batches, importing
from cards.interchange.leftovers import csv_of_leftovers
from cards.interchange.rows import headings, with_header_guessed
from cards.interchange.text import SAMPLE, UnreadableError
from cards.models import Deck, ImportBatch
from cards.views import StudentRequest
from cards.views.imports_look import SHOWN, look_context, row_context, summary
from pactcards.errors import say

UNPROCESSABLE = 422
BatchView = Callable[[StudentRequest, ImportBatch], HttpResponse]


def import_urls(wrap: Callable[[Any], Any]) -> list[URLPattern]:
    """Below the address of the deck; `wrap` is what the admin puts around each of its pages."""
    views = {"": import_look, "rows/": import_rows, "reading/": import_reading, "motives/": import_motives}
    views |= {"finish/": import_finish, "left/": import_left, "undo/": import_undo, "discard/": import_discard}
    start = "<int:pk>/import/"
    named = [
        path(f"{start}<uuid:batch>/{end}", wrap(view), name=f"cards_deck_{view.__name__}")
        for end, view in views.items()
    ]
    return [path(start, wrap(import_cards), name="cards_deck_import_cards"), *named]


def _on_batch(view: BatchView) -> Callable[..., HttpResponse]:
    """Hands over the batch of this teacher, or says that there is none."""

    @wraps(view)
    def checked(request: StudentRequest, pk: int, batch: UUID) -> HttpResponse:
        deck = _get_deck(request, pk)
        found = ImportBatch.objects.of_teacher(request.user).alive(timezone.now()).filter(pk=batch, deck=deck)
        if not (mine := found.select_related("user").first()):
            return say(request, 404, _("There is no such import. Rows wait for a day; then paste them again."))
        mine.deck = deck
        return view(request, mine)

    return checked


def _get_deck(request: StudentRequest, pk: int) -> Deck:
    deck = get_object_or_404(Deck.objects.visible_to(request.user), pk=pk)
    hers = Deck.objects.editable_by(request.user).filter(pk=pk).exists()
    if not (hers and request.user.has_perms(["cards.change_deck", "cards.add_card"])):
        raise PermissionDenied
    return deck


def _render(request: StudentRequest, template: str, deck: Deck, context: dict[str, Any], status: int = 200) -> Any:
    context = {**admin.site.each_context(request), "opts": Deck._meta, "deck": deck, **context}
    return render(request, f"admin/cards/deck/{template}", context, status=status)


# --- step 1


@require_http_methods(["GET", "HEAD", "POST"])
def import_cards(request: StudentRequest, pk: int) -> HttpResponse:
    """Paste or drop; below, what she has imported before."""
    deck = _get_deck(request, pk)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid():
        try:
            return redirect(_look_url(batches.make_batch(deck, request.user, form.received, now=timezone.now())))
        except UnreadableError as error:
            form.refuse(error)
    status = form.refused_with if form.is_bound else 200
    now = timezone.now()
    past = importing.past_imports(deck, request.user)
    waiting = ImportBatch.objects.of_teacher(request.user).alive(now).filter(deck=deck, imported_at=None)
    context = {"form": form, "past": past[:50], "waiting": waiting.defer("rows", "text").order_by("-made_at")}
    return _render(request, "import_cards.html", deck, context | {"title": _("Import cards"), "step": 1}, status)


def _look_url(batch: ImportBatch, **query: Any) -> str:
    address = reverse("admin:cards_deck_import_look", args=[batch.deck_id, batch.pk])
    said = {name: value for name, value in query.items() if value}
    return f"{address}?{urlencode(said)}" if said else address


# --- step 2


@require_safe
@_on_batch
def import_look(request: StudentRequest, batch: ImportBatch) -> HttpResponse:
    """Every row with its verdict; once imported, what came of it."""
    if batch.imported_at:
        return _done(request, batch)
    context = look_context(batch, request.GET)
    return _render(request, "import_look.html", batch.deck, context | {"title": _("Look at every row"), "step": 2})


@require_POST
@_on_batch
def import_rows(request: StudentRequest, batch: ImportBatch) -> HttpResponse:
    """Keep what was mended and ticked on a page of rows; htmx gets the one row back that it asked about."""
    _save_rows(request, batch)
    if request.htmx and (row := row_context(batch, request.POST.get("row", ""))):
        return _render(request, "_import_saved.html", batch.deck, row)
    shown = request.POST.getlist("show")  # what is shown now, and what she wants shown, if that is something else
    page = request.POST.get("to") or (request.POST.get("page") if len(shown) < 2 else "")
    return redirect(_look_url(batch, show=next((name for name in shown[-1:] if name in SHOWN), ""), page=page))


def _save_rows(request: StudentRequest, batch: ImportBatch) -> None:
    takes = posted_takes(request.POST)
    if request.POST.get("all") == "changes":
        changed = [look.line for look in batches.looks_of(batch) if look.verdict == "changes"]
        takes |= dict.fromkeys(changed, True)
    batches.save_rows(batch, posted_cells(request.POST), takes)


@require_POST
@_on_batch
def import_reading(request: StudentRequest, batch: ImportBatch) -> HttpResponse:
    """Read the text anew, with what she says stands between the columns and in them."""
    reading, sample = batches.reading_of(batch), batch.text[:SAMPLE]
    if not sample:  # a package has no columns
        return redirect(_look_url(batch))
    form = ReadingForm(reading, headings(sample, reading), request.POST)
    if form.is_valid():
        said = form.said
        try:
            other = form.is_other_separator
            batches.read_anew(batch, with_header_guessed(sample, said.separator) if other else said)
            return redirect(_look_url(batch))
        except UnreadableError as error:
            form.add_error(None, str(error))
    context = look_context(batch, request.GET) | {"reading_form": form, "title": _("Look at every row"), "step": 2}
    return _render(request, "import_look.html", batch.deck, context, UNPROCESSABLE)


@require_POST
@_on_batch
def import_motives(request: StudentRequest, batch: ImportBatch) -> HttpResponse:
    rows = batches.rows_of(batch)
    form = MotivesForm(batches.tags_of(rows), {}, request.POST)
    if not form.is_valid():
        return say(request, 400, _("Choose each motive from its list."))
    batches.say_motives(batch, form.codes)
    return redirect(_look_url(batch))


@require_POST
@_on_batch
def import_discard(request: StudentRequest, batch: ImportBatch) -> HttpResponse:
    batches.discard(batch)
    messages.info(request, _("The rows were thrown away. Nothing was imported."))
    return redirect("admin:cards_deck_import_cards", batch.deck_id)


@require_safe
@_on_batch
def import_left(request: StudentRequest, batch: ImportBatch) -> HttpResponse:
    """The rows that are not imported, each with its reason, to be mended in a spreadsheet."""
    table = csv_of_leftovers(batches.looks_of(batch))
    disposition = f'attachment; filename="{batch.deck.slug}-left-out.csv"'
    return HttpResponse(table, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})


# --- step 3, and back


@require_POST
@_on_batch
def import_finish(request: StudentRequest, batch: ImportBatch) -> HttpResponse:
    """Import what is taken, with what was mended and ticked on this page; a second click changes nothing."""
    _save_rows(request, batch)
    now = timezone.now()
    done = importing.import_batch(batch, now=now)
    if done is not None:
        record(Kind.IMPORTED, by=request.user, of=batch.deck, now=now)
    if done is None and not batch.imported_at and not _is_imported(batch):
        messages.warning(request, _("There is no row to import yet. Mend one, or tick one."))
    return redirect(_look_url(batch))


def _is_imported(batch: ImportBatch) -> bool:
    return ImportBatch.objects.filter(pk=batch.pk, imported_at__isnull=False).exists()


def _done(request: StudentRequest, batch: ImportBatch) -> HttpResponse:
    past = importing.past_imports(batch.deck, request.user).get(pk=batch.pk)
    context = {"batch": past, "summary": summary(past), "kept": len(batch.rows), "title": _("Imported"), "step": 3}
    return _render(request, "import_done.html", batch.deck, context)


@require_http_methods(["GET", "HEAD", "POST"])
@_on_batch
def import_undo(request: StudentRequest, batch: ImportBatch) -> HttpResponse:
    """First how many cards go and how many stay; then the same, done."""
    if not batch.imported_at or (batch.undone_at and request.method != "POST"):
        return redirect(_look_url(batch))
    if request.method != "POST":
        context = {"batch": batch, "undoing": importing.undoing(batch), "title": _("Undo this import?"), "step": 3}
        return _render(request, "import_undo.html", batch.deck, context)
    try:
        left = importing.undo_import(batch, now=timezone.now())
    except importing.CannotUndoError as error:
        messages.error(request, str(error))
        return redirect(_look_url(batch))
    if left is not None:
        record(Kind.IMPORT_UNDONE, by=request.user, of=batch.deck, now=timezone.now())
    messages.success(request, _("The import was undone."))
    if left:
        sentence = ngettext(
            "%(count)d card has been edited since and was left as it is.",
            "%(count)d cards have been edited since and were left as they are.",
            left,
        )
        messages.warning(request, sentence % {"count": left})
    return redirect("admin:cards_deck_import_cards", batch.deck_id)
