"""The least that a Django view does to count something for somebody who is logged in: the measure of an answer.

Behind PactCards' own middleware, which reads session and user: one SELECT, then one UPDATE and one INSERT in one
transaction, and a template of one line.
"""

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.utils import timezone
from django.views.decorators.http import require_POST

from tests.bench.models import Stroke, Tally

LINE = engines["django"].from_string("<p>{{ user }}: {{ tally.count }}</p>")


@require_POST
def bare(request: HttpRequest) -> HttpResponse:
    tally = Tally.objects.get(user=request.user)
    with transaction.atomic():
        Tally.objects.filter(pk=tally.pk).update(count=F("count") + 1)
        Stroke.objects.create(tally=tally, made_at=timezone.now())
    return HttpResponse(LINE.render({"tally": tally}, request))
