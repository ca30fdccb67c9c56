"""A user name in a form, when it is a new one."""

from django.core.exceptions import ValidationError
from django.forms import ModelForm

from accounts.models import User
from accounts.user_names import NAME_TAKEN, new_user_name


def clean_user_name(form: ModelForm) -> str:
    """As it is kept; nobody should have to look at capitals to tell two people apart. Her own may stay as it is."""
    typed, person = form.cleaned_data["username"], form.instance
    if person.pk and typed == person.username:
        return typed
    name = new_user_name(typed)
    if User.objects.filter(username__iexact=name).exclude(pk=person.pk).exists():
        raise ValidationError(NAME_TAKEN)
    return name
