"""What a fleet may be called, in words and in addresses."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug

from governance.domain.first_run import NAME_MOST, SLUG_MOST
from governance.refusals import InvalidFieldError
from governance.services.one_line import line_check

_SLUG = f"1 to {SLUG_MOST} letters, digits, hyphens or underscores"


def fleet_name_check(name: str) -> None:
    """Refuse a name that is none.

    Raises:
        InvalidFieldError: naming ``name``.
    """
    line_check("name", "A fleet needs a name of", name, most=NAME_MOST)


def fleet_slug_check(slug: str) -> None:
    """Refuse a short name that no address can hold.

    Raises:
        InvalidFieldError: naming ``slug``.
    """
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise _slug_wrong(slug) from error
    if len(slug) > SLUG_MOST:
        raise _slug_wrong(slug)


def _slug_wrong(slug: str) -> InvalidFieldError:
    return InvalidFieldError(
        f"A short name has {_SLUG}, got {slug[:SLUG_MOST]!r}.",
        field="slug",
        value=slug[: SLUG_MOST + 1],
        allowed=_SLUG,
    )
