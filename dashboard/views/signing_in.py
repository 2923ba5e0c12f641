"""Signing in step by step: password, then the code of an app where the person has one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import (
    get_authentication_records,
    perform_password_login,
    record_authentication,
)
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.contrib.auth.views import LoginView
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dashboard.forms.sign_in import CodeForm, SignInForm
from dashboard.pages.step_up import password_given
from dashboard.services.sign_in import second_factor_given, signed_in
from dashboard.views.access import UNSENT, never_stored
from governance.refusals import InvalidFieldError, TooManyWrongError, UnavailableError
from governance.selectors.first_run import is_empty
from governance.services.guesses import guess
from governance.services.second_factor import code_check

if TYPE_CHECKING:
    from django.contrib.auth.forms import AuthenticationForm
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

logger = logging.getLogger(__name__)

WAYS = {"password": "password", "socialaccount": "provider"}
CODES = {Authenticator.Type.TOTP: "code", Authenticator.Type.RECOVERY_CODES: "recovery code"}


class SignInView(LoginView):
    """Sign in with user name and password; `next` leads on only within this site."""

    template_name = "account/sign_in.html"
    form_class = SignInForm
    http_method_names = ["get", "head", "post"]
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in, or ask for the code first."""
        user = form.get_user()
        login = Login(user=user, redirect_url=self.get_success_url())
        response: HttpResponse = perform_password_login(
            self.request, {"username": user.get_username()}, login
        )
        return arrived(self.request, response)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Say what was wrong; 429 while nothing is taken."""
        response = super().form_invalid(form)
        if form.has_error("__all__", "too_many_wrong"):
            response.status_code = 429
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what else the page offers."""
        offered = {
            "mail_is_on": bool(settings.EMAIL_HOST),
            "provider": settings.OIDC_NAME,
            "is_empty": is_empty(),
            "is_unsent": UNSENT in self.request.GET,
        }
        return {**super().get_context_data(**kwargs), **offered}


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """Ask for the code of the person's app, once the password was right."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None:
        return redirect("sign-in")
    user = stage.login.user
    problem, status = "", 200
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        typed = form.cleaned_data["code"] if form.is_valid() else ""
        try:
            proof = guess(
                request,
                username=user.get_username(),
                check=lambda: code_check(user=user, code=typed),
                field="code",
            )
        except InvalidFieldError as error:
            problem, status = error.sentence, 422
        except TooManyWrongError as error:
            problem, status = error.sentence, 429
        except UnavailableError as error:
            problem, status = error.sentence, 503
        else:
            record_authentication(request, user, "mfa", type=proof.type)
            return never_stored(arrived(request, stage.exit()))
    return never_stored(render(request, "account/code.html", {"problem": problem}, status=status))


def arrived(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Note that the person is in, if every step is done; whoever has another to do is not."""
    if not request.user.is_authenticated:
        return response
    # Signing in is proof enough for a critical decision soon after.
    password_given(request.session)
    steps = get_authentication_records(request, request.user)
    ways = [WAYS[step["method"]] for step in steps if step["method"] in WAYS][-1:]
    codes = [CODES[step["type"]] for step in steps if step["method"] == "mfa"][-1:]
    if codes:
        second_factor_given(request.session)
    signed_in(user=request.user, way=" and ".join(ways + codes))
    return response
