"""A new password for somebody who forgot theirs, by a mailed link."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from kombu.exceptions import OperationalError
from redis import RedisError

from dashboard.views.access import never_stored
from escalations.domain.reset_text import GOOD_FOR_MIN
from escalations.services.password_reset import password_was_reset
from escalations.services.reset_asking import reset_may_be_asked
from escalations.tasks import password_reset_mail
from governance.selectors.sessions import request_address

if TYPE_CHECKING:
    from django.contrib.auth.forms import SetPasswordForm
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

logger = logging.getLogger(__name__)

_LONGEST = 254


@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponseBase:
    """Ask for a mail address, and answer the same whoever has it.

    Raises:
        Http404: without a mail server; the sign-in does not offer it then.
    """
    if not settings.EMAIL_HOST:
        raise Http404("No mail server is set up.")
    problem, status, is_asked = "", 200, False
    typed = request.POST.get("mail", "").strip()
    if request.method == "POST" and (not 0 < len(typed) <= _LONGEST or "\0" in typed):
        problem, status = "Type the mail address that is kept with your account.", 422
    elif request.method == "POST":
        is_asked = _asked(request, typed)
        if not is_asked:
            problem, status = "Nothing can be mailed just now. Try again in a minute.", 503
    context = {"problem": problem, "is_asked": is_asked, "good_for_min": GOOD_FOR_MIN}
    return never_stored(render(request, "account/forgotten.html", context, status=status))


class NewPasswordView(PasswordResetConfirmView):
    """Set a new password by a link that works once; every session of the person ends."""

    template_name = "account/new_password.html"
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Keep the page out of caches, and refuse other methods for bad links, too."""
        if (request.method or "").lower() not in self.http_method_names:
            return self.http_method_not_allowed(request)
        return never_stored(super().dispatch(request, *args, **kwargs))

    def form_valid(self, form: SetPasswordForm[User]) -> HttpResponse:
        """Save the password and lead to the sign-in, which asks for the code as before."""
        with transaction.atomic():
            super().form_valid(form)
            password_was_reset(user=form.user)
        return render(self.request, "account/password_set.html")

    def get_success_url(self) -> str:
        """Return the sign-in: nobody is signed in by a mailed link alone."""
        return settings.LOGIN_URL


def _asked(request: HttpRequest, mail: str) -> bool:
    """Return whether a courier was asked to mail a link, or has been often enough.

    Who asks too often is told the same: else it would say what others asked for.
    """
    try:
        if not reset_may_be_asked(mail=mail, address=request_address(request)):
            return True
        password_reset_mail.apply_async((mail,), queue="notify", expires=600.0)
    except (OperationalError, OSError, RedisError) as error:
        logger.warning("the broker took no mail for a new password: %s", error)
        return False
    return True
