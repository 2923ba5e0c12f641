"""The base of the general API's views: strict bodies in, problem documents out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from rest_framework import exceptions
from rest_framework.views import APIView

from governance.api.authentication import KeyAuthentication, PersonAuthentication, caller_of
from governance.api.bodies import body_bytes, body_read
from governance.api.callers import Caller, Person, key_principal
from governance.api.failures import method_refusal, problem_of_exception
from governance.api.idempotency import HEADER, answer_once, body_sha256
from governance.api.metering import Meter
from governance.api.problems import MediaTypeError
from governance.refusals import ForbiddenError, RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from rest_framework.request import Request

T = TypeVar("T", bound=msgspec.Struct)


class ApiView(APIView):
    """One resource of the general API.

    A view reads `caller` and `body`, calls one service or selector, and returns `answers.answer`.
    Refusals, wrong methods and a missing database become problem documents here.
    """

    authentication_classes = [KeyAuthentication, PersonAuthentication]
    permission_classes = []
    http_method_names = ["get", "head", "post", "put"]

    raw: HttpRequest
    meter: Meter

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Keep the plain request: its body is read strictly, past the framework's parsers."""
        self.raw, self.meter = request, Meter()
        return super().initialize_request(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        """Let the caller sign in, and count the call of a key.

        Raises:
            UnauthenticatedError: for a key or token that does not sign in.
            RateLimitedError: for a key that has no call left.
        """
        super().perform_authentication(request)
        if request.auth is not None:
            self.meter.count(request.auth)

    # As in `handle_exception`, answers are plain responses.
    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Tell a key with a limit where it stands."""
        return self.meter.told(super().finalize_response(request, response, *args, **kwargs))  # type: ignore[arg-type]

    @property
    def caller(self) -> Caller:
        """Return who is calling.

        Raises:
            UnauthenticatedError, MissingError, InvalidFieldError: as `authentication.caller_of`.
        """
        return caller_of(self.request)

    def body(self, kind: type[T]) -> T:
        """Return the body as a ``kind``; raises as `bodies.body_bytes` and `bodies.body_read`."""
        return body_read(body_bytes(self.raw), kind)

    def once(self, call: Callable[[], HttpResponse]) -> HttpResponse:
        """Return what ``call`` answers, or answered before to the same Idempotency-Key."""
        key = self.raw.headers.get(HEADER)
        if key is None:
            return call()
        caller = self.caller
        return answer_once(
            principal=caller.principal if isinstance(caller, Person) else key_principal(caller),
            route=f"{self.raw.method} {self.raw.path}",
            key=key,
            body_sha256=body_sha256(self.raw.body),
            call=call,
        )

    # Answers are plain responses, rendered already; the framework only passes them on.
    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """Return the problem document of whatever went wrong."""
        if isinstance(exc, exceptions.APIException):
            exc = self._refusal_of(exc)
        return problem_of_exception(exc)

    def _refusal_of(self, error: exceptions.APIException) -> RefusalError:
        """Return the framework's own refusals in this API's terms."""
        if isinstance(error, exceptions.MethodNotAllowed):
            return method_refusal(self.raw.method, self.allowed_methods)
        if isinstance(error, exceptions.NotAcceptable):
            return MediaTypeError(
                "Answers are application/json.",
                code="not_acceptable",
                field="Accept",
                value=self.raw.headers.get("Accept", ""),
                allowed="application/json",
            )
        # What is left is the CSRF check of a session.
        return ForbiddenError(
            f"{error.detail} A session must send its CSRF token.",
            code="csrf_failed",
            field="X-CSRFToken",
            allowed="the value of the csrftoken cookie",
        )
