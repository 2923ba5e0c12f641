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
    why = _why_not(value, most)
    if not why:
        return
    allowed = f"1 to {most} characters on one line"
    raise InvalidFieldError(
        f"{what} {allowed}: this one {why}.", field=field, value=value[: most + 1], allowed=allowed
    )


def _why_not(value: str, most: int) -> str:
    hidden = next((place for place, each in enumerate(value) if not each.isprintable()), None)
    if not value:
        return "is empty"
    if len(value) > most:
        return f"has {len(value):,} characters"
    if hidden is not None:
        return f"has a hidden character, U+{ord(value[hidden]):04X}, at place {hidden + 1}"
    return "" if value == value.strip() else "begins or ends with a space"
