"""Whose class is it: one door for every page about a class."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import SchoolClass, User


def get_class(user: User, pk: int, *, to_edit: bool = False) -> SchoolClass:
    """The class, with `is_editable`: 404 unless she teaches it, 403 if she wants to change it and may only look."""
    school_class = SchoolClass.objects.visible_to(user).with_editable(user).filter(pk=pk).first()
    if school_class is None:
        raise Http404
    if to_edit and not school_class.is_editable:  # type: ignore[attr-defined]
        raise PermissionDenied
    return school_class
