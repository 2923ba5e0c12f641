"""The chain of events: each bears the hash of its own fixed columns and that of the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from governance.domain.log.findings import Finding, FindingKind
from governance.domain.log.rows import event_digest

GENESIS = "0" * 64
_HASHED = ("name", "ids", "payload", "actor", "created_at", "previous_hash")


@dataclass(kw_only=True)
class Chain:
    """The events of a fleet, taken in the order of their numbers.

    ``number`` and ``hash`` are those of the event before; None where the first one follows what
    is not looked at.
    """

    table: str
    number: int | None = 0
    hash: str = GENESIS

    def take(self, event: Mapping[str, Any], *, gaps: bool) -> Iterator[Finding]:
        """Check one event: its id, fleet, number, name, ids, payload, actor, time and hashes.

        Args:
            event: as plain values.
            gaps: whether a number left out is told; where seals say which rows there were, they
                also know which went lawfully.
        """
        number = int(event["seq"])
        if event_hash_of(event) != event["hash"]:
            yield self._broken(event, "was altered: its hash is not that of its columns.")
        if self.number is not None:
            yield from self._link(event, number, gaps=gaps)
        self.number, self.hash = number, str(event["hash"])

    def _link(self, event: Mapping[str, Any], number: int, *, gaps: bool) -> Iterator[Finding]:
        if number != (self.number or 0) + 1:
            if gaps:
                sentence = f"follows event {self.number}: what was between is missing."
                yield self._broken(event, sentence)
        elif event["previous_hash"] != self.hash:
            yield self._broken(event, f"does not name the hash of event {self.number} before it.")

    def _broken(self, event: Mapping[str, Any], sentence: str) -> Finding:
        at = str(event["created_at"])
        return Finding(
            kind=FindingKind.CHAIN_BROKEN,
            sentence=f"Event {event['seq']} ({event['id']}) in {self.table} of {at[:10]}"
            f" {at[11:19]} UTC {sentence}",
            subject="events",
            table=self.table,
            row=str(event["id"]),
            number=int(event["seq"]),
            at=at,
        )


def event_hash_of(event: Mapping[str, Any]) -> str:
    """Return the hash that an event with these plain values bears."""
    return event_digest(
        {
            "fleet": event["fleet"],
            "seq": event["seq"],
            **{name: event[name] for name in _HASHED},
        }
    )
