"""What a student may change about herself."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import LATEST_DAY_START, User
from accounts.zones import grouped_zones


class SettingsForm(forms.ModelForm):
    """Her own settings. Without e-mail in this school there is no reminder to choose."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        error_messages={"invalid_choice": _("There is no time zone called “%(value)s”.")},
    )
    new_per_day = forms.IntegerField(
        label=_("New cards a day"), min_value=0, max_value=200, help_text=_("Over all your decks. 0 to 200.")
    )
    minutes_per_day = forms.IntegerField(
        label=_("Minutes a day"),
        min_value=1,
        max_value=600,
        help_text=_("What is due beyond that waits, unless you choose to do all of it."),
    )

    class Meta:
        model = User
        fields = [
            "first_name",
            "time_zone",
            "day_start",
            "new_per_day",
            "minutes_per_day",
            "grade_buttons",
            "language",
            "theme",
            "text_size",
            "motion",
            "daily_reminder",
            "weekly_digest",
        ]
        labels = {
            "first_name": _("Display name"),
            "day_start": _("Your day starts at"),
            "grade_buttons": _("Grade buttons"),
            "language": _("Language"),
            "theme": _("Light or dark"),
            "text_size": _("Text size"),
            "motion": _("Motion"),
            "daily_reminder": _("Send me one mail on a day with cards to review"),
            "weekly_digest": _("Send me one mail a week about my classes"),
        }
        help_texts = {
            "first_name": _("How PactCards greets you. Your teacher sees it beside your user name."),
            "day_start": _("Before this time it is still yesterday. From midnight to noon."),
            "daily_reminder": _("In the afternoon, and only if you have not been through them yet."),
            "weekly_digest": _("On Monday morning: who practised, where they are stuck. It names no student."),
        }
        error_messages = {"day_start": {"invalid": _("Enter a time such as 04:00.")}}
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "nickname"}),
            "day_start": forms.TimeInput(attrs={"type": "time", "max": f"{LATEST_DAY_START:%H:%M}"}, format="%H:%M"),
            "grade_buttons": forms.RadioSelect,
            "language": forms.RadioSelect,
            "theme": forms.RadioSelect,
            "text_size": forms.RadioSelect,
            "motion": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = grouped_zones(kept=self.instance.time_zone)  # type: ignore[attr-defined]
        if not settings.EMAIL_IS_SET_UP:
            del self.fields["daily_reminder"]
        if not (settings.EMAIL_IS_SET_UP and self.instance.is_staff):
            del self.fields["weekly_digest"]

    def clean(self) -> dict[str, Any]:
        """Mails can be asked for while the address still awaits confirmation; they come when it is confirmed."""
        data = self.cleaned_data
        asked = [name for name in ("daily_reminder", "weekly_digest") if data.get(name)]
        if asked and not EmailAddress.objects.filter(user_id=self.instance.pk).exists():
            self.add_error(asked[0], _("This needs an address. Add one below first, or leave it off."))
        return data

    def save(self, commit: bool = True) -> User:
        """Write only what she changed: a review in another tab may be writing the same row."""
        self.instance.save(update_fields=self.changed_data)
        return self.instance
