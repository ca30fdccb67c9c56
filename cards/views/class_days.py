"""The free days of a class: holidays and weekends, entered once for all its decks."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import get_class
from accounts.replanning import replan_class
from cards.forms.class_days import HolidayFormSet, WeekendsForm
from cards.views import StudentRequest

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
def class_days(request: StudentRequest, pk: int) -> HttpResponse:
    """On these days nothing is asked of its students."""
    school_class = get_class(request.user, pk, to_edit=request.method == "POST")
    sent = request.POST if request.method == "POST" else None
    weekends, holidays = WeekendsForm(sent, instance=school_class), HolidayFormSet(sent, instance=school_class)
    if weekends.is_valid() and holidays.is_valid():
        weekends.save()
        holidays.save()
        replan_class(school_class, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("class_days", pk)
    context = {"school_class": school_class, "weekends": weekends, "holidays": holidays}
    return render(request, "cards/class_days.html", context, status=UNPROCESSABLE if sent else 200)
