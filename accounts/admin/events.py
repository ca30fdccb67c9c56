"""The audit log in the admin, for a superuser."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.audit import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):
    """To look at, for a superuser; nobody adds to it here, changes it or takes anything out."""

    list_display = ["at", "kind", "by", "by_number", "of_kind", "of_number", "detail"]
    list_display_links = None
    list_filter = ["kind", "of_kind"]
    list_select_related = ["by"]
    list_per_page = 50
    show_full_result_count = False
    date_hierarchy = "at"
    search_fields = ["by__username", "=by_number", "=of_number"]
    search_help_text = _("Search by the name or the number of who did it, or by the number of what it was done to.")

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.is_superuser

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
