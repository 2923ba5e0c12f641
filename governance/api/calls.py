"""The gate calls as plain Django views: key, scope, schema, one service, one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from django.views.decorators.csrf import csrf_exempt

from governance.api.bodies import SINGLE_BYTES, body_bytes, body_read
from governance.api.callers import bearer_token, key_of_token, key_principal
from governance.api.failures import method_refusal, problem_of_exception
from governance.api.idempotency import answer_once, body_sha256
from governance.api.metering import Meter
from governance.selectors.access import KeyPrincipal, scope_require

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from governance.domain.types import Scope

    View = Callable[..., HttpResponse]

T = TypeVar("T", bound=msgspec.Struct)


def gate_call(
    call: Callable[..., HttpResponse], *, scope: Scope, body: type[T], most: int = SINGLE_BYTES
) -> View:
    """Return the POST view of ``call(key, body, **route)``.

    The key is checked first: a stranger learns nothing about bodies. With an Idempotency-Key the
    call takes effect once.
    """
    return raw_call(
        lambda key, raw, **route: call(key, body_read(raw, body), **route), scope=scope, most=most
    )


def raw_call(call: Callable[..., HttpResponse], *, scope: Scope, most: int) -> View:
    """Return the POST view of ``call(key, raw_body, **route)``, otherwise as `gate_call`."""

    def view(request: HttpRequest, **route: Any) -> HttpResponse:
        try:
            if request.method != "POST":
                raise method_refusal(request.method, ["POST"])
            meter = Meter()
            key = key_of_token(bearer_token(request), meter)
            scope_require(key, scope)
            raw = body_bytes(request, most=most)
            return meter.told(_answered(request, key, raw, lambda: call(key, raw, **route)))
        except Exception as error:  # noqa: BLE001 - the boundary: logged, then a problem document
            return problem_of_exception(error)

    return csrf_exempt(view)


def _answered(
    request: HttpRequest, key: KeyPrincipal, raw: bytes, call: Callable[[], HttpResponse]
) -> HttpResponse:
    once = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if once is None:
        return call()
    return answer_once(
        principal=key_principal(key),
        route=f"POST {request.path}",
        key=once,
        body_sha256=body_sha256(raw),
        call=call,
    )
