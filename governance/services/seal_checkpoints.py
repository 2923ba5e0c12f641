"""Checkpoints: what a lawful removal takes is written down and signed where it is taken."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from governance.domain.log.seals import Checkpoint
from governance.models import SealCheckpoint
from governance.selectors.clock import clock_now
from governance.selectors.seals import moment, seal_keys
from governance.selectors.turns import turn_wait
from governance.services.seal_heads import (
    SealHeadChangedError,
    head_hold,
    head_store,
    seal_turn,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from governance.domain.log.keys import SealKeys
    from governance.domain.log.seals import Head


class Removed:
    """The rows that one transaction takes of a fleet, by sealed kind."""

    def __init__(self) -> None:
        """Begin with none."""
        self._ids: dict[str, list[UUID]] = defaultdict(list)

    def add(self, kind: str, ids: Collection[UUID]) -> None:
        """Note rows of one kind."""
        if ids:
            self._ids[kind].extend(ids)

    def sign(self, *, fleet_id: UUID, why: str, by: str) -> None:
        """Write down and sign what was taken, last in the transaction that takes it.

        Raises:
            SealKeyMissingError: if the log was sealed with a key that is not known; then nothing
                may be taken.
            SealHeadChangedError: if the record of how far it is sealed was changed by hand: the
                next seal has to say so first.
        """
        if not self._ids:
            return
        turn_wait(seal_turn(fleet_id))
        keys, now = seal_keys(), clock_now()
        head, remark = head_hold(fleet_id, keys)
        if remark:
            raise SealHeadChangedError(f"{remark} Until it is sealed anew, nothing is removed.")
        for kind, ids in sorted(self._ids.items()):
            unsigned = Checkpoint(
                fleet=str(fleet_id),
                number=head.checkpoints + 1,
                kind=kind,
                ids=b"".join(sorted(each.bytes for each in ids)),
                why=why,
                by=by,
                removed_at=moment(now),
                previous=head.checkpoint,
                key=keys.current,
            )
            head = _store(unsigned, head, keys)
        head_store(head, keys, now)


def _store(unsigned: Checkpoint, head: Head, keys: SealKeys) -> Head:
    signature = keys.sign(unsigned.signed)
    SealCheckpoint.objects.create(
        fleet_id=UUID(unsigned.fleet),
        number=unsigned.number,
        kind=unsigned.kind,
        rows=len(unsigned.ids) // 16,
        first_id=UUID(bytes=unsigned.ids[:16]),
        last_id=UUID(bytes=unsigned.ids[-16:]),
        ids=unsigned.ids,
        why=unsigned.why,
        by=unsigned.by,
        previous=unsigned.previous,
        key=unsigned.key,
        signature=signature,
        removed_at=unsigned.removed_at,
    )
    return replace(head, checkpoints=unsigned.number, checkpoint=signature)
