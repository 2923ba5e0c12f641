"""Who may vouch for a result, and which times a report may carry."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from governance.domain.phrases import duration_words
from governance.domain.types import Scope
from governance.refusals import ForbiddenError, InvalidFieldError

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.selectors.access import KeyPrincipal

AHEAD = timedelta(seconds=60)


def verification_check(
    *,
    key: KeyPrincipal,
    verified_quality: float | None,
    verified_by: str,
    asked_by: UUID | None = None,
) -> None:
    """Refuse a verification by a key that may not verify, or that vouches for its own work.

    Args:
        key: the reporter.
        verified_quality: in [0, 1], or None.
        verified_by: who or what verified; empty for nobody.
        asked_by: the key that asked for the task, where one did.

    Raises:
        ForbiddenError: verify_scope or verify_own_task, naming the field.
    """
    field, value = _given(verified_quality, verified_by)
    if not field:
        return
    if Scope.VERIFY not in key.scopes:
        raise ForbiddenError(
            f"{field} needs a key with scope verify.",
            code="verify_scope",
            field=field,
            value=value,
            allowed="absent, or a key with scope verify",
        )
    if asked_by == key.key_id:
        raise ForbiddenError(
            f"{field} must come from another key than the one that asked for the task.",
            code="verify_own_task",
            field=field,
            value=value,
            allowed="absent, or another key with scope verify",
        )


def time_check(*, field: str, moment: datetime | None, now: datetime) -> datetime:
    """Return a reported time, or ``now`` where none was given.

    Raises:
        InvalidFieldError: if it lies more than 60 s ahead.
    """
    if moment is not None and moment > now + AHEAD:
        raise InvalidFieldError(
            f"{field} lies {duration_words((moment - now).total_seconds())} ahead.",
            field=field,
            value=moment.isoformat(),
            allowed="at most 60 s ahead of the server's clock",
        )
    return now if moment is None else moment


def _given(verified_quality: float | None, verified_by: str) -> tuple[str, object]:
    if verified_quality is not None:
        return "verified_quality", verified_quality
    return ("verified_by", verified_by) if verified_by else ("", None)
