"""What people must say when they start something again, or change it."""

from __future__ import annotations

from governance.refusals import InvalidFieldError


def reason_require(reason: str, *, missing: str) -> None:
    """Refuse a reason that says nothing, with the sentence ``missing``.

    Raises:
        InvalidFieldError: naming the field ``reason``.
    """
    if not reason.strip():
        raise InvalidFieldError(missing, field="reason", value=reason, allowed="a sentence")
