"""What a person types to sign in."""

# mypy: allow-subclassing-any

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError

from governance.refusals import InvalidFieldError, TooManyWrongError, UnavailableError
from governance.selectors.sessions import seat_mark
from governance.services.guesses import guess, guess_require, one_guess_at_a_time

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest


class SignInForm(AuthenticationForm):
    """User name or mail address, and password; guesses are counted by the user name they mean."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": (
            "This name and this password do not belong together. Both tell capital letters from"
            " small ones."
        ),
    }

    def clean(self) -> dict[str, Any]:
        """Check the password, unless too many were wrong.

        Raises:
            ValidationError: the same for a wrong password and a name that nobody has.
        """
        typed, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if typed is None or not password:
            return self.cleaned_data
        name, request = username_meant(typed), cast("HttpRequest", self.request)
        try:
            with one_guess_at_a_time(name):
                guess_require(request, username=name)
                self.user_cache = authenticate(request, username=name, password=password)
            if self.user_cache is None:
                guess_require(request, username=name)
        except (TooManyWrongError, UnavailableError) as refusal:
            raise ValidationError(refusal.sentence, code=refusal.code) from refusal
        if self.user_cache is None:
            raise self.get_invalid_login_error()
        self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data


class NewPasswordForm(PasswordChangeForm):
    """A new password beside the old one; wrong old ones are counted within the session."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        """Keep where the guess comes from."""
        super().__init__(*args, **kwargs)
        self._request = request

    def clean_old_password(self) -> str:
        """Return the old password.

        Raises:
            ValidationError: if it is wrong, or while none is taken.
        """
        old: str = self.cleaned_data["old_password"]
        username = self.user.get_username()
        try:
            guess(
                self._request,
                username=username,
                check=lambda: self._check(old),
                seat=seat_mark(self._request, self.user),
            )
        except (InvalidFieldError, TooManyWrongError, UnavailableError) as refusal:
            raise ValidationError(refusal.sentence, code=refusal.code) from refusal
        return old

    def _check(self, old: str) -> None:
        if not self.user.check_password(old):
            wrong = str(self.error_messages["password_incorrect"])
            raise InvalidFieldError(wrong, code="password_incorrect", field="old_password")


class CodeForm(forms.Form):
    """The code of a person's app, or one of their recovery codes."""

    code = forms.CharField(max_length=40)


def username_meant(typed: str) -> str:
    """Return whom somebody means who types a user name or a mail address.

    An address that several people have means nobody.
    """
    people = get_user_model().objects
    if "@" not in typed or people.filter(username=typed).exists():
        return typed
    found: list[User] = list(people.filter(email__iexact=typed, is_active=True)[:2])
    return found[0].get_username() if len(found) == 1 else typed
