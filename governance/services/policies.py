"""Versions of a policy: put in force by a draft, from that commit on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.domain.policy import PolicyError, policy_to_plain
from governance.domain.policy.changes import policy_changes
from governance.domain.policy.drafts import DRAFT_MOVES, DraftMove, DraftState
from governance.domain.policy.paths import plain_at, policy_with
from governance.domain.policy.scopes import ALL_FLEETS
from governance.events import PolicyPublished
from governance.models import Fleet, PolicyVersion
from governance.refusals import ConflictError
from governance.selectors.people import person_named
from governance.selectors.policies import general_in_force, policy_of
from governance.selectors.policy_drafts import draft_open, draft_values
from governance.services.events import events_publish

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from governance.domain.policy import Policy
    from governance.models import GeneralPolicy


def version_put(
    *,
    fleet: Fleet,
    policy: Policy,
    own: Collection[str],
    by: str,
    reason: str,
    now: datetime,
    agreed_by: str = "",
    restores: int | None = None,
    general: GeneralPolicy | None = None,
) -> PolicyVersion:
    """Put the next version of a fleet in force; a draft that is open goes on from there.

    Args:
        fleet: under its lock.
        policy: without problems.
        own: paths of what the fleet sets itself.
        by: user name of the admin who publishes.
        reason: why.
        now: when.
        agreed_by: user name of the second admin, where one was needed.
        restores: number of the version that is brought back.
        general: the version of the installation that it follows; None for the one in force.

    Raises:
        ConflictError: draft_contradicts, if what is drafted could not stand beside it.
    """
    current = None if fleet.policy is None else fleet.policy
    before = None if current is None else policy_of(current)
    version = PolicyVersion.objects.create(
        fleet=fleet,
        number=1 if current is None else current.number + 1,
        body=policy_to_plain(policy),
        own=sorted(own),
        changed=[] if before is None else [each.path for each in policy_changes(before, policy)],
        general=general or general_in_force()[0],
        reason=reason.strip(),
        published_by=by,
        agreed_by=agreed_by,
        restores=restores,
        created_at=now,
    )
    Fleet.objects.filter(pk=fleet.pk).update(policy=version)
    draft_rebase(fleet=fleet, policy=policy, own=own, number=version.number)
    events_publish(
        PolicyPublished(
            fleet_id=fleet.pk,
            actor=by,
            number=version.number,
            reason=version.reason,
            agreed_by=agreed_by or None,
        ),
        now=now,
    )
    return version


def draft_rebase(*, fleet: Fleet | None, policy: Policy, own: Collection[str], number: int) -> None:
    """Let the draft of a scope, if one is open, go on from what is in force now.

    Args:
        fleet: whose draft; None for that of all fleets.
        policy: what is in force in the scope.
        own: paths of what the fleet sets itself.
        number: its version.

    Raises:
        ConflictError: draft_contradicts, if what is drafted could not stand beside it.
    """
    draft = draft_open(fleet=fleet)
    if draft is None:
        return
    try:
        policy_with(policy, draft_values(draft, general_in_force()[1]))
    except PolicyError as error:
        problem, by = error.problems[0], person_named(draft.updated_by)
        whose = ALL_FLEETS if fleet is None else fleet.slug
        raise ConflictError(
            f"The draft of {whose} that {by} changed last could not stand beside this:"
            f" {problem}. Change the draft or discard it first.",
            code="draft_contradicts",
            field=problem.path,
            value=problem.value,
            allowed=problem.allowed,
        ) from None
    if draft.base_number == number:
        return
    # It is no longer a roll-back alone, and what came into force is no change any longer.
    draft.base_number, draft.restores = number, None
    draft.changes = {
        path: change
        for path, change in draft.changes.items()
        if change["value"] != plain_at(policy, path) or (change["follows"] and path in own)
    }
    if not draft.changes:
        draft.state = DRAFT_MOVES[DraftState(draft.state), DraftMove.CHANGE].value
        draft.proposed_by, draft.proposed_at = "", None
    draft.save()
