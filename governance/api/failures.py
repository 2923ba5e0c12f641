"""The boundary: whatever goes wrong in a call leaves as a problem document."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import DataError, InterfaceError, OperationalError

from governance.api.problems import MalformedError, MethodError, problem_internal, problem_of
from governance.domain.policy import PolicyError
from governance.refusals import InvalidFieldError, RefusalError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponse

logger = logging.getLogger(__name__)


def problem_of_exception(error: Exception) -> HttpResponse:
    """Return the problem document of an exception; an unforeseen one is logged with its trace."""
    if isinstance(error, RefusalError):
        return problem_of(error)
    if isinstance(error, PolicyError):
        return problem_of(policy_refusal(error))
    if isinstance(error, OperationalError | InterfaceError):
        logger.warning("database did not answer: %s", error)
        return problem_of(
            UnavailableError("The database does not answer; nothing was decided. Ask again.")
        )
    if is_nul(error):
        return problem_of(
            MalformedError(
                "The request holds a NUL character.",
                code="nul_in_text",
                allowed="text without the character U+0000",
            )
        )
    logger.error("request met a defect", exc_info=error)
    return problem_internal()


def is_nul(error: Exception) -> bool:
    """Return whether an address or a header held a NUL character, which PostgreSQL takes in no
    text: it is told here, because every look-up by what a caller wrote would have to ask."""
    return isinstance(error, DataError | ValueError) and "NUL (0x00)" in str(error)


def policy_refusal(error: PolicyError) -> InvalidFieldError:
    """Return the refusal of a policy: about its first problem, with all of them in ``problems``."""
    first = error.problems[0]
    return InvalidFieldError(
        f"{first}.",
        code="policy_refused",
        field=first.path,
        value=first.value,
        allowed=first.allowed,
        problems=[
            {"field": each.path, "allowed": each.allowed, "sentence": str(each)}
            for each in error.problems
        ],
    )


def method_refusal(method: str | None, allowed: Iterable[str]) -> MethodError:
    """Return the refusal of a method that a route does not have."""
    return MethodError(
        f"{method} is no method of this route.",
        field="method",
        value=method,
        allowed=", ".join(allowed),
    )
