"""The front door: every app brings its own addresses."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.account.views import logout
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from pactcards.health import health_live, health_ready
from pactcards.metrics import metrics

admin.autodiscover()
admin.site.unregister(Authenticator)  # its page would show the secrets
admin.site.unregister(EmailAddress)  # only its owner confirms one, and her account must know of it
for model in (SocialApp, SocialAccount, SocialToken):  # set by the environment, linked by their owners
    admin.site.unregister(model)
admin.site.site_header = admin.site.site_title = _("PactCards: the teacher’s desk")
admin.site.index_title = _("What would you like to do?")
admin.site.enable_nav_sidebar = False  # three entries need no second way in, and lists get its width
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.logout = logout  # type: ignore[method-assign]

urlpatterns = [
    path("", include("cards.urls")),
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("health/live", health_live, name="health_live"),
    path("health/ready", health_ready, name="health_ready"),
    path("metrics", metrics, name="metrics"),
]

handler400 = "pactcards.errors.bad_request"
handler403 = "pactcards.errors.permission_denied"
handler404 = "pactcards.errors.page_not_found"
handler429 = "pactcards.errors.too_many_requests"  # asked for by allauth
handler500 = "pactcards.errors.server_error"
