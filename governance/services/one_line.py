"""Texts that pages show on one line, such as names."""

from __future__ import annotations

from governance.refusals import InvalidFieldError


def line_check(field: str, what: str, value: str, *, most: int) -> None:
    """Refuse a text that is empty, too long, begins or ends with a space, or breaks its line.

    Args:
        field: what it was sent as.
        what: the sentence before the rule, such as ``A key needs a name of``.
        value: the text.
        most: how many characters it may have.

    Raises:
        InvalidFieldError: naming ``field``.
    """
    if value and value == value.strip() and len(value) <= most and value.isprintable():
        return
    allowed = f"1 to {most} characters on one line"
    raise InvalidFieldError(
        f"{what} {allowed}.", field=field, value=value[: most + 1], allowed=allowed
    )
