"""What others did to a policy after a person read its page; no field moves for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.display.durations import clock_time
from dashboard.display.figures import plural
from dashboard.display.policy_titles import title_of
from dashboard.pages.names import actor_words, names_of
from dashboard.pages.policy_clashes import change_time
from dashboard.pages.policy_draft import ago
from governance.selectors.policy_drafts import draft_discarded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from dashboard.pages.policy_scope import PolicyScope
    from governance.models import PolicyDraft

# Of more fields that one person changed, an open page says how many.
_NAMED_MOST = 3


def policy_notices(
    scope: PolicyScope, since: datetime | None, names: Mapping[str, str]
) -> tuple[str, ...]:
    """Return a sentence for each thing that happened after ``since``; none where that is None."""
    if since is None:
        return ()
    told = [*_published(scope, since, names), *_discarded(scope, since)]
    if scope.draft is not None:
        told += _drafted(scope, scope.draft, since, names)
    return tuple(told)


def _published(scope: PolicyScope, since: datetime, names: Mapping[str, str]) -> Iterator[str]:
    """Say what came into force, whoever published it: an open page shows what was before."""
    version = scope.version
    if version is None or version.created_at <= since:
        return
    by = _who(version.published_by, scope, names)
    agreed = ""
    if version.agreed_by:
        agreed = f", agreed to by {_who(version.agreed_by, scope, names)}"
    at = clock_time(version.created_at)[:5]
    yield f"Policy {version.number} is in force since {at}, published by {by}{agreed}."


def _discarded(scope: PolicyScope, since: datetime) -> Iterator[str]:
    ended = draft_discarded(fleet=scope.fleet, since=since)
    if ended is not None and ended.updated_by != scope.username and ended.ended_at:
        by = actor_words(ended.updated_by, names_of([ended.updated_by]))
        yield f"{by} discarded the draft {ago(ended.ended_at, scope.now)}."


def _drafted(
    scope: PolicyScope, draft: PolicyDraft, since: datetime, names: Mapping[str, str]
) -> Iterator[str]:
    yield from _changed(scope, draft, since, names)
    if draft.proposed_at and draft.proposed_at > since and draft.proposed_by != scope.username:
        by = actor_words(draft.proposed_by, names)
        yield f"{by} proposed the draft {ago(draft.proposed_at, scope.now)}."
    if draft.updated_at > since and draft.updated_by == draft.declined_by != scope.username:
        by = actor_words(draft.declined_by, names)
        yield f"{by} declined the proposal; the draft stays open."


def _changed(
    scope: PolicyScope, draft: PolicyDraft, since: datetime, names: Mapping[str, str]
) -> Iterator[str]:
    """Say which fields each other admin changed since; of many, how many and when the last."""
    changed: dict[str, list[tuple[datetime, str]]] = {}
    for path, change in draft.changes.items():
        if change_time(change) > since and change["by"] != scope.username:
            changed.setdefault(change["by"], []).append((change_time(change), title_of(path)))
    for by, fields in changed.items():
        who, (last, _) = actor_words(by, names), max(fields)
        if len(fields) <= _NAMED_MOST:
            for at, title in fields:
                yield f"{who} changed “{title}” {ago(at, scope.now)}; what you typed stays."
        else:
            many = plural(len(fields), "field")
            yield f"{who} changed {many}, the last {ago(last, scope.now)}; what you typed stays."


def _who(username: str, scope: PolicyScope, names: Mapping[str, str]) -> str:
    return "you" if username == scope.username else actor_words(username, names)
