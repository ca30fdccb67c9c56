"""Without a connection: the installable app's manifest, its worker, the page it shows, and today's cards to keep."""

import json
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.days import study_day, study_day_ends
from accounts.models import User
from cards.forms.review import OfflineAnswerForm
from cards.late import UntimelyError
from cards.models import Card, CardState
from cards.queue import load_queue, waiting_states
from cards.review import Answer, answer_card
from cards.studied import seconds_to_wait
from cards.views import StudentRequest, wording
from cards.views.asking import ask_context
from cards.views.scope import Scope
from pactcards.errors import TOO_FAST

SCRIPTS = ("cards/offline-store.js", "cards/offline.js", "cards/review.js", "cards/offline-review.js")
SHELL_FILES = ("cards/style.css", "cards/offline.css", "cards/favicon.svg", *SCRIPTS)
ICONS = (("cards/icon-192.png", 192, "any"), ("cards/icon-512.png", 512, "any"))
MASKABLE_ICON = ("cards/icon-maskable-512.png", 512, "maskable")
PAPER = "#f9f8f3"
BAD_REQUEST, NOT_HERS, NOT_FOUND, CONFLICT, TOO_MANY = 400, 403, 404, 409, 429


@login_not_required
@require_safe
def offline(request: HttpRequest, language: str) -> HttpResponse:
    """The page of the worker's shell: nobody's own, the cards come from the device that shows it.

    The worker fetches it without cookies, so its address says in which language the student reads.
    """
    response = HttpResponse(_shell_page(language))
    response["Cache-Control"] = "no-cache"
    response["Content-Language"] = language
    return response


@login_not_required
@require_safe
def service_worker(request: HttpRequest, language: str) -> HttpResponse:
    """The worker, with the files to keep and a version that changes with any of them; one for each language.

    A page asks for the worker of its own language, and a new address replaces the old worker and its page at once.
    """
    response = HttpResponse(_worker(language), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    icons = [
        {"src": static(path), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for path, size, purpose in (*ICONS, MASKABLE_ICON)
    ]
    colours = {"background_color": PAPER, "theme_color": PAPER}
    about = {"name": "PactCards", "short_name": "PactCards", "description": _("A few cards a day, learned for good.")}
    start = {"id": "/", "start_url": reverse("home"), "scope": "/", "display": "standalone", "lang": get_language()}
    return JsonResponse(about | start | colours | {"icons": icons}, content_type="application/manifest+json")


@require_safe
def offline_cards(request: StudentRequest) -> JsonResponse:
    """Today's remaining cards, for the device to keep until the study day ends."""
    now = timezone.now()
    queue = load_queue(request.user, today=study_day(request.user, now=now))
    cards = [_card_to_keep(request.user, state, queue.today) for state in waiting_states(request.user, queue)]
    about = {"user": request.user.pk, "language": get_language(), "token": get_token(request)}
    return JsonResponse({**about, "cards": cards, "now": now, "until": study_day_ends(request.user, now=now)})


@require_POST
def offline_answer(request: StudentRequest) -> JsonResponse:
    """Takes an answer that waited on a device, and says in a sentence why one does not count."""
    form = OfflineAnswerForm(request.POST)
    if not form.is_valid():
        return _refuse(BAD_REQUEST, wording.unreadable())
    if form.cleaned_data["user"] != request.user.pk:
        return _refuse(NOT_HERS, _("It was given by somebody else on this device."))
    try:
        result = answer_card(request.user, _answer_of(form), now=timezone.now())
    except (Card.DoesNotExist, ValueError) as error:
        return _refuse_because(error, wait=seconds_to_wait(request.user, now=timezone.now()))
    if result.is_conflict:
        return _refuse(CONFLICT, wording.late_conflict(result, version=form.cleaned_data["version"]))
    return JsonResponse({"outcome": result.outcome})


def _refuse_because(error: Exception, *, wait: int) -> JsonResponse:
    if isinstance(error, Card.DoesNotExist) and wait:
        return JsonResponse({"sentence": str(TOO_FAST)}, status=TOO_MANY, headers={"Retry-After": str(wait)})
    if isinstance(error, Card.DoesNotExist):
        return _refuse(NOT_FOUND, _("The card is not in your decks any more, so it was not counted."))
    return _refuse(BAD_REQUEST, wording.untimely() if isinstance(error, UntimelyError) else wording.unreadable())


def _refuse(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"sentence": sentence}, status=status)


def _answer_of(form: OfflineAnswerForm) -> Answer:
    data = form.cleaned_data
    names = ("version", "quality", "attempt", "elapsed_ms", "thought_so", "answered_at")
    return Answer(card_id=data["card"], detail=form.detail, **{name: data[name] for name in names})


def _card_to_keep(user: User, state: CardState, today: date) -> dict[str, Any]:
    """The card as the review page asks it; for a choice also how it looks after each pick."""
    # All looks carry one attempt, and none carries a token: the device asks for a fresh one when it sends.
    always = {"attempt": uuid4(), "is_kept": True, "scope": Scope()}

    def look(**asked: Any) -> str:
        context = ask_context(user, state, {"card": state.card_id, **asked}, today=today)
        return render_to_string("cards/_question.html", context | always)

    is_choice = state.card.kind == Card.Kind.CHOICE
    picks = [look(pick=pick) for pick in range(len(state.card.options))] if is_choice else []
    return {"card": state.card_id, "html": look(), "picks": picks}


def _shell_page(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with override(language):
        return render_to_string("cards/offline.html")


def _worker(language: str) -> str:
    files = [_static_file(name).read_bytes() for name in SHELL_FILES]
    source = _static_file("cards/sw.js").read_text()
    addresses = [reverse("offline", args=[language]), *map(static, SHELL_FILES)]
    parts = [source.encode(), _shell_page(language).encode(), json.dumps(addresses).encode(), *files]
    version = sha256(b"\0".join(parts)).hexdigest()[:16]
    return f"const VERSION = {json.dumps(version)};\nconst SHELL = {json.dumps(addresses)};\n{source}"


def _static_file(name: str) -> Path:
    return Path(finders.find(name) or name)
