"""Why a service refused: each error names the field, its value and what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


class RefusalError(Exception):
    """A request that cannot be done, with everything its sender needs to mend it.

    ``code`` is stable and for machines, the message is a sentence for people.
    """

    code = "refused"

    def __init__(
        self,
        sentence: str,
        *,
        code: str = "",
        field: str = "",
        value: object = None,
        allowed: str = "",
        **extra: Any,
    ) -> None:
        """Hold the sentence and, where one field is at fault, its name, value and rule."""
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or type(self).code
        self.field = field
        self.value = value
        self.allowed = allowed
        self.extra = extra


class InvalidFieldError(RefusalError):
    """A field holds a value that is not allowed."""

    code = "invalid_field"


class UnauthenticatedError(RefusalError):
    """No key, an unknown, expired or revoked key, or no person where one is needed."""

    code = "unauthenticated"


class ForbiddenError(RefusalError):
    """Known, but not permitted to do this."""

    code = "forbidden"


class MissingError(RefusalError):
    """Nothing by that name in what the sender may see."""

    code = "not_found"


class ConflictError(RefusalError):
    """The record is not, or no longer, in a state in which this can be done."""

    code = "conflict"


class GoneError(RefusalError):
    """The question is asked no longer: it was withdrawn."""

    code = "gone"


class RemovedError(MissingError):
    """It was there, and was removed by retention once it was past its time."""

    code = "removed"


class LockedError(RefusalError):
    """Someone else holds the record for now."""

    code = "locked"


class TooEarlyError(RefusalError):
    """The undo window of an approval has not passed yet."""

    code = "too_early"


class VersionMissingError(RefusalError):
    """A change must name the version it was made on."""

    code = "version_required"


class RateLimitedError(RefusalError):
    """The key has made as many calls as it may for now; nothing was done."""

    code = "rate_limited"


class TooManyWrongError(RefusalError):
    """So many passwords or codes were wrong that no more are taken for a while."""

    code = "too_many_wrong"


class UnavailableError(RefusalError):
    """A part that must answer did not; nothing was written."""

    code = "unavailable"


def done_first(what: str, by: str, at: datetime | None, reason: str) -> dict[str, Any]:
    """Return the ``current`` of a refusal for whoever comes second: who did it, when and why."""
    return {"what": what, "by": by, "at": at.isoformat() if at else None, "reason": reason}
