"""The versions of what all fleets share: what each changed, by whom and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.policies import PoliciesPage, VersionCard
from dashboard.display.durations import day_time
from dashboard.pages.names import actor_words, names_of
from dashboard.pages.policies import SHOWN, setting_line
from dashboard.pages.policy_back import back_url
from dashboard.pages.policy_editor import policy_url
from governance.domain.policy import policy_default
from governance.domain.policy.changes import policy_changes
from governance.selectors.general_versions import general_value, general_versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from governance.models import GeneralPolicy


def general_versions_page(*, below: int | None) -> PoliciesPage:
    """Return a page of versions under the number ``below``, the newest where it is None."""
    found = general_versions(below=below, most=SHOWN)
    shown = found[:SHOWN]
    names = names_of(by for each in shown for by in (each.published_by, each.agreed_by) if by)
    earlier: list[GeneralPolicy | None] = [*found[1:], None]
    return PoliciesPage(
        fleet_name="all fleets",
        summary=_summary(shown, below),
        versions=tuple(
            _card(version, before, names, is_in_force=below is None and version is shown[0])
            for version, before in zip(shown, earlier, strict=False)
        ),
        older_url=f"{reverse('policy-versions')}?below={shown[-1].number}"
        if len(found) > SHOWN
        else "",
        editor_url=policy_url(None),
    )


def _summary(shown: list[GeneralPolicy], below: int | None) -> str:
    if not shown:
        return "Nothing is set for all fleets: the defaults of the product hold."
    if below is not None:
        return f"Versions {shown[-1].number} to {shown[0].number}, newest first."
    return f"Policy {shown[0].number} is in force since {day_time(shown[0].created_at)} UTC."


def _card(
    version: GeneralPolicy,
    before: GeneralPolicy | None,
    names: Mapping[str, str],
    *,
    is_in_force: bool,
) -> VersionCard:
    # Before the first, fleets followed the product itself.
    former = general_value(before) if before else policy_default()
    changed = policy_changes(former, general_value(version))
    return VersionCard(
        number=version.number,
        is_in_force=is_in_force,
        at=version.created_at,
        by=actor_words(version.published_by, names),
        reason=version.reason,
        settings=tuple(setting_line(None, each) for each in changed),
        compared="What came of it is with the versions of each fleet that follows.",
        effects=(),
        how=tuple(_how(version, names)),
        back_url="" if is_in_force else back_url(None, version.number),
    )


def _how(version: GeneralPolicy, names: Mapping[str, str]) -> Iterator[str]:
    if version.agreed_by:
        yield f"Agreed by {actor_words(version.agreed_by, names)}."
    if version.restores is not None:
        yield f"Brings policy {version.restores} back."
