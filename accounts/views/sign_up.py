"""The sign-up page, which is allauth's but where the school has closed it."""

from allauth.account.views import SignupView
from django.http import HttpResponse

FORBIDDEN = 403


class SignUp(SignupView):
    def closed(self) -> HttpResponse:
        """Whom to ask; and what was posted all the same is refused with the status that means it."""
        response = super().closed()
        if self.request.method == "POST":
            response.status_code = FORBIDDEN
        return response
