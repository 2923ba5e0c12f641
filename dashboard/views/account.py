"""Signing out, changing one's password, and what else a person sets for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import LogoutView, PasswordChangeView
from django.db import transaction
from django.shortcuts import render
from django.urls import reverse_lazy
from django.views.decorators.http import require_safe

from dashboard.forms.sign_in import NewPasswordForm
from dashboard.pages.reached import reached_card
from dashboard.pages.report import reports_card
from dashboard.pages.shell import shell_for
from dashboard.selectors.preferences import preferences_of
from dashboard.services.sign_in import password_changed
from dashboard.views.access import (
    form_only,
    never_stored,
    page,
    request_of_person,
    sign_in_first,
)
from governance.services.fleets import session_end

if TYPE_CHECKING:
    from django.contrib.auth.forms import PasswordChangeForm
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from dashboard.cards.channels import ReachedCard
    from dashboard.views.access import PersonRequest


class SignOutView(LogoutView):
    """Sign out (POST only) and close the person's live pages in this browser."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """End the session first: a page whose socket closes asks whether it is signed in."""
        user, session_key = request.user, request.session.session_key or ""
        response = super().post(request, *args, **kwargs)
        if user.is_authenticated:
            session_end(user=user, session_key=session_key)
        return response


sign_out = form_only(SignOutView.as_view())


class PasswordView(PasswordChangeView):
    """Change one's password; every other session of the person ends."""

    template_name = "account/password.html"
    form_class = NewPasswordForm
    http_method_names = ["get", "head", "post"]
    success_url = reverse_lazy("queue")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let strangers sign in first, and keep the page out of caches."""
        if request_of_person(request) is None:
            return sign_in_first(request, request.get_full_path())
        return never_stored(super().dispatch(request, *args, **kwargs))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Let the form know where a guess comes from."""
        return {**super().get_form_kwargs(), "request": self.request}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the frame of the page."""
        context = super().get_context_data(**kwargs)
        return {**context, "shell": shell_for(context["form"].user, here="password", live=False)}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Save the new password, keep this session and close the live pages of all others."""
        with transaction.atomic():
            response = super().form_valid(form)
            password_changed(self.request, user=form.user)
        return response


@require_safe
@page
def account(request: PersonRequest) -> HttpResponse:
    """Show what the person sets for themselves."""
    return account_drawn(request, reached_card(request.user))


def account_drawn(
    request: PersonRequest, reached: ReachedCard, *, status: int = 200
) -> HttpResponse:
    """Draw the person's account."""
    shell = shell_for(request.user, here="account", live=False)
    context = {
        "shell": shell,
        "reached": reached,
        "reports": reports_card(request.user),
        "own_zone_is_on": preferences_of(user=request.user).own_zone_on,
    }
    return render(request, "account/index.html", context, status=status)
