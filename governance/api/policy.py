"""``/api/v1/fleet/policy``: everything tunable; keys and people read it, admins change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from governance.api.answers import answer
from governance.api.callers import permission_require, person_required
from governance.api.endpoints import ApiView
from governance.api.looks import sequence_number
from governance.domain.permissions import Action
from governance.domain.policy import policy_to_plain
from governance.domain.policy.changes import policy_changes
from governance.domain.policy.drafts import DraftState
from governance.domain.policy.paths import plain_at
from governance.domain.types import Scope
from governance.selectors.policies import policy_in_force, policy_of
from governance.selectors.policy_drafts import (
    draft_open,
    draft_values,
    fields_effective,
    policy_standing,
)
from governance.selectors.policy_effects import versions_of
from governance.services.policy_drafts import draft_agree, draft_decline, policy_roll_back
from governance.services.policy_putting import policy_put
from governance.services.schemas_policy import (
    PolicyAgreeBody,
    PolicyBody,
    PolicyDeclineBody,
    PolicyRollbackBody,
)

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

    from governance.api.shown_policy import (
        PolicyDoneShown,
        PolicyDraftShown,
        PolicyFieldShown,
        PolicyShown,
        PolicyVersionShown,
    )
    from governance.models import Fleet, PolicyDraft, PolicyVersion
    from governance.selectors.policy_drafts import EffectiveField

VERSIONS_SHOWN = 50


class PolicyView(ApiView):
    """The policy in force."""

    http_method_names = ["get", "head", "put"]

    def get(self, _request: Request) -> HttpResponse:
        """Return it whole, and each field with its meaning and where its value comes from."""
        permission_require(self.caller, Action.POLICY_VIEW, scope=Scope.READ)
        return answer(policy_shown(self.caller.fleet))

    def put(self, _request: Request) -> HttpResponse:
        """Put other values in force, or propose what loosens a guarded field."""
        person, body = person_required(self.caller), self.body(PolicyBody)

        def call() -> HttpResponse:
            done = policy_put(
                fleet=person.fleet,
                user=person.user,
                plain=body.policy,
                follow=body.follow,
                reason=body.reason,
                replaces=body.replaces,
            )
            return _done(person.fleet, done)

        return self.once(call)


class PolicyVersionsView(ApiView):
    """What was in force before."""

    http_method_names = ["get", "head"]

    def get(self, request: Request) -> HttpResponse:
        """Return versions, newest first, with what each changed."""
        permission_require(self.caller, Action.POLICY_VIEW, scope=Scope.READ)
        below = sequence_number(request.GET.get("below"), "below") or None
        found = versions_of(fleet=self.caller.fleet, below=below, most=VERSIONS_SHOWN)
        shown = found[:VERSIONS_SHOWN]
        earlier = [*found[1:], None][: len(shown)]
        versions = [_version(each, before) for each, before in zip(shown, earlier, strict=True)]
        more = shown[-1].number if len(found) > len(shown) else None
        return answer({"versions": versions, "next": more})


class PolicyAgreeView(ApiView):
    """The second admin's yes."""

    http_method_names = ["post"]

    def post(self, _request: Request) -> HttpResponse:
        """Put the proposed draft in force."""
        person, body = person_required(self.caller), self.body(PolicyAgreeBody)

        def call() -> HttpResponse:
            fleet = person.fleet
            return _done(fleet, draft_agree(fleet=fleet, user=person.user, version=body.version))

        return self.once(call)


class PolicyDeclineView(ApiView):
    """The second admin's no."""

    http_method_names = ["post"]

    def post(self, _request: Request) -> HttpResponse:
        """Open the proposed draft again."""
        person, body = person_required(self.caller), self.body(PolicyDeclineBody)

        def call() -> HttpResponse:
            done = draft_decline(
                fleet=person.fleet, user=person.user, version=body.version, reason=body.reason
            )
            return _done(person.fleet, done)

        return self.once(call)


class PolicyRollbackView(ApiView):
    """An earlier version again."""

    http_method_names = ["post"]

    def post(self, _request: Request) -> HttpResponse:
        """Bring it back as a new version, or propose that where it loosens a guarded field."""
        person, body = person_required(self.caller), self.body(PolicyRollbackBody)

        def call() -> HttpResponse:
            done = policy_roll_back(
                fleet=person.fleet,
                user=person.user,
                to=body.to,
                reason=body.reason,
                replaces=body.replaces,
            )
            return _done(person.fleet, done)

        return self.once(call)


def policy_shown(fleet: Fleet) -> PolicyShown:
    """Return the policy in force as the API answers with it."""
    version, policy = policy_in_force(fleet=fleet)
    draft = draft_open(fleet=fleet)
    return {
        "number": version.number,
        "reason": version.reason,
        "published_by": version.published_by,
        "agreed_by": version.agreed_by,
        "published_at": version.created_at,
        "restores": version.restores,
        "policy": policy_to_plain(policy),
        "fields": [_field(each) for each in fields_effective(fleet=fleet, draft=None)],
        "draft": None if draft is None else _draft(fleet, draft),
    }


def _done(fleet: Fleet, draft: PolicyDraft | None) -> HttpResponse:
    number = policy_standing(fleet=type(fleet).objects.get(pk=fleet.pk)).number
    done: PolicyDoneShown = {
        "state": DraftState.PUBLISHED.value if draft is None else draft.state,
        "number": number,
        "draft_version": 0 if draft is None else draft.version,
        "changes": [] if draft is None else sorted(draft.changes),
    }
    return answer(done, status=202 if done["state"] == DraftState.PROPOSED else 200)


def _draft(fleet: Fleet, draft: PolicyDraft) -> PolicyDraftShown:
    return {
        "state": draft.state,
        "version": draft.version,
        "changes": draft_values(draft, policy_standing(fleet=fleet).general),
        "reason": draft.reason,
        "proposed_by": draft.proposed_by,
        "proposed_at": draft.proposed_at,
        "updated_by": draft.updated_by,
        "updated_at": draft.updated_at,
    }


def _field(each: EffectiveField) -> PolicyFieldShown:
    field = each.field
    return {
        "path": field.path,
        "meaning": field.meaning,
        "unit": field.unit,
        "low": field.low,
        "high": field.high,
        "choices": list(field.choices),
        "provenance": field.provenance.value,
        "reference": field.reference,
        "guard": field.guard.value,
        "default": each.default,
        "general": each.general,
        "own": each.own,
        "in_force": each.in_force,
        "comes_from": each.origin.value,
        "changed_in": each.changed_in,
        "changed_by": each.changed_by,
        "changed_at": each.changed_at,
    }


def _version(version: PolicyVersion, before: PolicyVersion | None) -> PolicyVersionShown:
    return {
        "number": version.number,
        "reason": version.reason,
        "published_by": version.published_by,
        "agreed_by": version.agreed_by,
        "published_at": version.created_at,
        "restores": version.restores,
        "changed": [] if before is None else _changes(before, version),
    }


def _changes(before: PolicyVersion, after: PolicyVersion) -> list[Any]:
    was, now = policy_of(before), policy_of(after)
    return [
        {
            "path": each.path,
            "before": plain_at(was, each.path),
            "after": plain_at(now, each.path),
        }
        for each in policy_changes(was, now)
    ]
