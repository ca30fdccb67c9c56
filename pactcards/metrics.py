"""Figures for a monitoring system, for whoever has the token; without one there is no such page."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from pactcards.health import has_token


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not has_token(request):
        raise Http404
    return ExportToDjangoView(request)
