"""The boundary: whatever goes wrong in a call leaves as a problem document."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError

from governance.api.problems import MethodError, problem_internal, problem_of
from governance.refusals import RefusalError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponse

logger = logging.getLogger(__name__)


def problem_of_exception(error: Exception) -> HttpResponse:
    """Return the problem document of an exception; an unforeseen one is logged with its trace."""
    if isinstance(error, RefusalError):
        return problem_of(error)
    if isinstance(error, OperationalError | InterfaceError):
        logger.warning("database did not answer: %s", error)
        return problem_of(
            UnavailableError("The database does not answer; nothing was decided. Ask again.")
        )
    logger.error("request met a defect", exc_info=error)
    return problem_internal()


def method_refusal(method: str | None, allowed: Iterable[str]) -> MethodError:
    """Return the refusal of a method that a route does not have."""
    return MethodError(
        f"{method} is no method of this route.",
        field="method",
        value=method,
        allowed=", ".join(allowed),
    )
