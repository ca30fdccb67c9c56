"""The free days of a class, as a teacher enters them: once for all its decks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.days import MOST_HOLIDAYS, HolidayForm
from accounts.free_days import FreeDays
from accounts.models import SchoolClass


class WeekendsForm(forms.ModelForm):
    class Meta:
        model = SchoolClass
        fields = ["free_weekends"]
        labels = {"free_weekends": _("Weekends are free")}

    def save(self, commit: bool = True) -> SchoolClass:
        """Whoever has the class open in the admin is told, of its holidays as well."""
        self.instance.version += 1
        return super().save(commit)


HolidayFormSet = forms.inlineformset_factory(
    SchoolClass,
    FreeDays,
    form=HolidayForm,
    extra=2,
    max_num=MOST_HOLIDAYS,
    absolute_max=MOST_HOLIDAYS + 2,
    validate_max=True,
)
