"""The review pages: ask a card, take its answer, take one back."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.days import study_day
from accounts.models import User
from cards.forms.review import AnswerForm, AskForm, AttemptForm, PracticeForm
from cards.models import Card, CardState, Deck, Misbelief, ReviewLog
from cards.planned import exam_of
from cards.practice import PracticeSet
from cards.queue import Queue, look_ahead, next_card
from cards.review import Answer, Outcome, Result, answer_card, note_misbelief, undo_answer
from cards.studied import seconds_to_wait
from cards.views import StudentRequest, wording
from cards.views.asking import ask_context
from cards.views.practice import practice_sets
from cards.views.scope import Scope
from pactcards.errors import say, too_fast

SEE_OTHER = 303
CONFLICT = 409
FIVE_MORE, MOST_MORE = 5, 200


@require_safe
def review(request: StudentRequest) -> HttpResponse:
    """Everything that waits today."""
    return _render_review(request, Scope(), asked=AskForm(request.GET).asked)


@require_safe
def deck_review(request: StudentRequest, slug: str) -> HttpResponse:
    """One deck's share of today."""
    return _render_review(request, Scope(_get_deck(request, slug)), asked=AskForm(request.GET).asked)


@require_safe
def practice(request: StudentRequest) -> HttpResponse:
    """Extra practice of one set of cards; without a set, the sets to choose from."""
    form = PracticeForm(request.GET)
    if not form.is_valid():
        return render(request, "cards/practice.html", practice_sets(request.user, now=timezone.now()))
    chosen = PracticeSet(form.cleaned_data["set"], form.cleaned_data["of"])
    return _render_review(request, Scope(practice=chosen), asked=AskForm(request.GET).asked)


@require_POST
def review_answer(request: StudentRequest) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _unreadable(request)
    scope = _scope_of(request, form)
    try:
        result = answer_card(request.user, _answer_of(form, scope), now=timezone.now())
    except Card.DoesNotExist:
        return _too_fast(request) or say(request, 404, wording.not_hers())
    except ValueError:
        return _unreadable(request)
    if result.is_conflict:
        return _render_review(request, scope, result=result, notice=wording.conflict(result))
    return _after_post(request, scope, result)


@require_POST
def review_undo(request: StudentRequest) -> HttpResponse:
    form = AttemptForm(request.POST)
    if not form.is_valid():
        return _unreadable(request)
    scope = _scope_of(request, form)
    card_id, attempt = form.cleaned_data["card"], form.cleaned_data["attempt"]
    try:
        result = undo_answer(request.user, card_id=card_id, attempt=attempt, now=timezone.now())
    except ReviewLog.DoesNotExist:
        return say(request, 404, _("There is no such answer of yours to take back."))
    if result.is_conflict:
        return _render_review(request, scope, result=result, notice=wording.undo_conflict())
    return _after_post(request, _around(scope, result), result, card_id=card_id)


@require_POST
def review_mistake(request: StudentRequest) -> HttpResponse:
    """“I thought that too”, said of the common mistake of a card she has just failed."""
    form = AttemptForm(request.POST)
    if not form.is_valid():
        return _unreadable(request)
    scope = _scope_of(request, form)
    named = {"card": form.cleaned_data["card"], "attempt": form.cleaned_data["attempt"]}
    log = get_object_or_404(ReviewLog.objects.select_related("card"), user=request.user, **named)
    note_misbelief(request.user, log.card_id, now=timezone.now())
    if request.htmx:
        return render(request, "cards/_mistake.html", {"mistake": log.card.common_mistake, "noted": True})
    return redirect(scope.address())


@require_POST
def review_more(request: StudentRequest) -> HttpResponse:
    """Five more new cards, today only."""
    user = request.user
    today = study_day(user, now=timezone.now())
    user.more_new = min(MOST_MORE, (user.more_new if user.more_on == today else 0) + FIVE_MORE)
    user.more_on = today
    user.save(update_fields=["more_on", "more_new"])
    return redirect("review")


@require_POST
def review_everything(request: StudentRequest) -> HttpResponse:
    """Her choice to do all that is due today, however much it is."""
    request.user.everything_on = study_day(request.user, now=timezone.now())
    request.user.save(update_fields=["everything_on"])
    return redirect("review")


def _answer_of(form: AnswerForm, scope: Scope) -> Answer:
    data = form.cleaned_data
    fields = {name: data[name] for name in ("version", "quality", "attempt", "elapsed_ms", "thought_so")}
    return Answer(card_id=data["card"], detail=form.detail, practice=scope.practice is not None, **fields)


def _get_deck(request: StudentRequest, slug: str) -> Deck:
    today = study_day(request.user, now=timezone.now())
    return get_object_or_404(Deck.objects.studied_by(request.user, today), slug=slug)


def _scope_of(request: StudentRequest, form: AttemptForm) -> Scope:
    """What the page that sent the form was about."""
    if form.cleaned_data["set"]:
        return Scope(practice=PracticeSet(form.cleaned_data["set"], form.cleaned_data["of"]))
    slug = form.cleaned_data["deck"]
    return Scope(_get_deck(request, slug) if slug else None)


def _around(scope: Scope, result: Result) -> Scope:
    """Undo goes back across decks and practice; the page becomes one on which the card that it took back is asked."""
    practised = result.log is not None and result.log.kind == ReviewLog.Kind.PRACTICE
    if scope.practice:
        return scope if practised else Scope()
    is_in_deck = scope.deck and result.log and result.log.card.deck_id == scope.deck.pk
    return scope if is_in_deck else Scope()


def _too_fast(request: StudentRequest) -> HttpResponse | None:
    seconds = seconds_to_wait(request.user, now=timezone.now())
    return too_fast(request, seconds) if seconds else None


def _unreadable(request: StudentRequest) -> HttpResponse:
    return say(request, 400, _("This can’t be read, and nothing was saved. Reload the page and try again."))


def _after_post(request: StudentRequest, scope: Scope, result: Result, *, card_id: int | None = None) -> HttpResponse:
    if request.htmx:
        return _render_review(request, scope, result=result, asked={"card": card_id})
    return HttpResponse(status=SEE_OTHER, headers={"Location": scope.address(card_id)})


def _render_review(
    request: StudentRequest,
    scope: Scope,
    *,
    asked: Mapping[str, Any] = MappingProxyType({}),
    result: Result | None = None,
    notice: str = "",
) -> HttpResponse:
    """The whole page, or for htmx the part of it that changes."""
    context = _review_context(request.user, scope, asked, result) | {"notice": notice}
    response = render(request, _template(request, context, asked), context, status=CONFLICT if notice else 200)
    patch_vary_headers(response, ["HX-Request"])
    if asked.get("weigh") and "proposed" not in context:
        response["HX-Retarget"] = "#review"  # the card was answered meanwhile; its buttons would be the next card's
    if result:
        response["X-Review-Outcome"] = str(result.outcome)
    return response


def _template(request: StudentRequest, context: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    if not request.htmx:
        return "cards/review.html"
    return "cards/_grade_buttons.html" if asked.get("weigh") and "proposed" in context else "cards/_review_swap.html"


def _review_context(user: User, scope: Scope, asked: Mapping[str, Any], result: Result | None) -> dict[str, Any]:
    queue, state = _queue_and_card(user, scope, asked.get("card"))
    context = {"scope": scope, "deck": scope.deck, "queue": queue, "minutes": queue.minutes(user)}
    context |= _receipt_context(user, queue.today, result)
    if state:
        return context | ask_context(user, state, asked, today=queue.today, practice=scope.practice is not None)
    return context | ({} if scope.practice else _done_context(user, queue, scope.deck))


def _queue_and_card(user: User, scope: Scope, card_id: int | None) -> tuple[Queue, CardState | None]:
    """Once more if the card was deleted between the two: the day is not done then."""
    today = study_day(user, now=timezone.now())
    for _try in range(2):
        queue = scope.load(user, today=today)
        state = next_card(user, queue, card_id=card_id)
        if state or not queue.waiting:
            break
    return queue, state


def _receipt_context(user: User, today: date, result: Result | None) -> dict[str, Any]:
    """The newest answer of today that stands, with its undo; after an answer that counted it is that one."""
    log = result.log if result and result.outcome == Outcome.COUNTED else None
    if log is None or log.undone_at:
        log = ReviewLog.objects.newest_of_day(user, today)
    plan_on = result.plan_on if result and log is result.log else _plan_on(user, log)
    mistake = wording.mistake(log)
    # Only on a page that is opened: the reply to an answer need not ask.
    noted = bool(log and mistake and not result and Misbelief.objects.filter(user=user, card=log.card_id).exists())
    receipt = wording.receipt(log, plan_on) if log else ""
    return {"receipt_log": log, "receipt": receipt, "mistake": mistake, "noted": noted}


def _plan_on(user: User, log: ReviewLog | None) -> date | None:
    """When an exam wants the card of this answer; only of a deck with an exam is it asked for."""
    if log is None or exam_of(user, log, today=log.day) is None:
        return None
    return CardState.objects.filter(user=user, card=log.card_id).values_list("plan_on", flat=True).first()


def _done_context(user: User, queue: Queue, deck: Deck | None) -> dict[str, Any]:
    ahead = look_ahead(user, queue, deck=deck)
    return {
        "next_day": wording.day_in_words(ahead.next_day, today=queue.today) if ahead.next_day else "",
        "has_more": ahead.has_more,
        "is_away": user.is_away(queue.today),
        "is_free": not user.is_asked(queue.today),
    }
