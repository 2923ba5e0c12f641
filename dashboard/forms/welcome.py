"""What the forms of the first run send, read strictly."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from governance.domain.types import Enforcement, Environment
from governance.refusals import InvalidFieldError

if TYPE_CHECKING:
    from django.http import HttpRequest

Word = TypeVar("Word", bound=StrEnum)
_SHOWN = 60


def enforcement_read(request: HttpRequest) -> Enforcement:
    """Return the mode of a fleet.

    Raises:
        InvalidFieldError: naming ``enforcement``.
    """
    return _word(request, "enforcement", Enforcement)


def environment_read(request: HttpRequest) -> Environment:
    """Return the environment of a key.

    Raises:
        InvalidFieldError: naming ``environment``.
    """
    return _word(request, "environment", Environment)


def _word(request: HttpRequest, field: str, words: type[Word]) -> Word:
    text = request.POST.get(field, "")
    try:
        return words(text)
    except ValueError as error:
        raise InvalidFieldError(
            f"There is no {field} {text[:_SHOWN]!r}.",
            field=field,
            value=text[:_SHOWN],
            allowed=", ".join(words),
        ) from error
