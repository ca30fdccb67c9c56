"""Figures for a monitoring system, for whoever has the token; without one there is no such page."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    asked = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(asked, f"Bearer {settings.METRICS_TOKEN}"):
        raise Http404
    return ExportToDjangoView(request)
