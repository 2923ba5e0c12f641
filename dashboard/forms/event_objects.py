"""What the events of the log are about, as an address names it: a kind of object and which."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from dashboard.forms.moments import Misread
from dashboard.forms.roster import text_read

if TYPE_CHECKING:
    from collections.abc import Mapping


class ObjectKind(StrEnum):
    """Kinds of what events are about; agents have a field of their own."""

    TICKET = "ticket"
    TASK = "task"
    PERSON = "person"
    KEY = "key"
    POLICY = "policy"
    RECORD = "record"


class ObjectAsked(NamedTuple):
    """An object as the address names it: a ticket and a policy by number, a key by name."""

    kind: ObjectKind
    which: str


def object_read(fields: Mapping[str, str], misread: list[Misread]) -> ObjectAsked | None:
    """Return the object of ``object`` and ``which``; None where an address names none."""
    kind, which = fields.get("object", ""), text_read(fields.get("which", ""))
    if kind and kind not in list(ObjectKind):
        misread.append(Misread(field="object", value=kind, allowed=", ".join(ObjectKind)))
        return None
    if kind and not which:
        allowed = f"which {kind} is meant, beside object={kind}"
        misread.append(Misread(field="which", value="", allowed=allowed))
        return None
    if which and not kind:
        allowed = f"something only beside object, one of {', '.join(ObjectKind)}"
        misread.append(Misread(field="which", value=which, allowed=allowed))
        return None
    return ObjectAsked(ObjectKind(kind), which) if kind else None
