"""A new teacher, as the head writes her."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.user_names import NAME_TAKEN


class InviteForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["username", "first_name", "last_name"]
        labels = {"username": _("User name"), "first_name": _("Title or first name"), "last_name": _("Last name")}
        help_texts = {"username": _("She logs in with it.")}

    def clean_username(self) -> str:
        """Nobody should have to look at capitals to tell two people apart."""
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(NAME_TAKEN)
        return username
