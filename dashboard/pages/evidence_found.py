"""A fleet's own figures on freezes, drift, rings, audits, approvals, wealth and tax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.cards.evidence import FigureGroup
from dashboard.display.figures import plural
from dashboard.pages.evidence_lines import (
    count_line,
    money_line,
    rate_line,
    share_line,
    time_line,
)
from escalations.domain.lifecycle import TicketKind
from governance.domain.measures import LEAST, order_between, rate_measured, share_measured
from governance.domain.share_difference import Share
from governance.selectors.evidence import AROUND, FROZEN_MOST
from governance.selectors.evidence_money import AFTER, INTERACTIONS_MOST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from escalations.selectors.answer_reasons import Answered
    from escalations.selectors.service_level import ServiceLevel
    from governance.domain.policy import Policy
    from governance.selectors.evidence import Around, Audited, Drifts, Freezes, Rings
    from governance.selectors.evidence_money import Beside, Taxed
    from governance.selectors.rollups import CellSums

# A rate of freezes takes so many days of one agent: fewer would not hold one by the measured rate.
AGENT_DAYS_LEAST = 100
_OUTCOMES = "outcomes"


def around_figures(found: Around) -> FigureGroup:
    """Return what agents that were frozen failed before and after."""
    before = Share(found.before_failures, found.before_outcomes)
    after = Share(found.after_failures, found.after_outcomes)
    order = order_between(before, after)
    if not order.is_known:
        verdict = f"{plural(found.agents, 'agent')} frozen by detectors: too little to compare."
    elif order.falls or order.rises:
        verdict = f"They failed {'less' if order.falls else 'more'} after the freeze than before."
    else:
        verdict = "Before and after, the difference may be chance."
    days = AROUND.days
    return FigureGroup(
        title="What frozen agents failed before and after",
        verdict=verdict,
        lines=(
            share_line(
                "failed_before_freeze",
                f"{days} days before",
                share_measured(*before),
                _OUTCOMES,
                f"{plural(found.agents, 'agent')}, each by its first freeze of the period",
            ),
            share_line(
                "failed_after_freeze", f"{days} days after", share_measured(*after), _OUTCOMES
            ),
        ),
        limit=(
            "What the breaker kept away is not known: nobody can say how the tasks that did not"
            " run would have ended. A run of bad luck ends by itself too, so a fall is no proof"
            f" that the freeze caused it. At most {FROZEN_MOST} agents are counted."
        ),
    )


def freeze_figures(found: Freezes, answered: Mapping[TicketKind, Answered]) -> FigureGroup:
    """Return how often detectors freeze, and what people made of it."""
    release = answered[TicketKind.RELEASE]
    rate = rate_measured(found.by_detector, found.agent_days, least=AGENT_DAYS_LEAST)
    return FigureGroup(
        title="How often the breaker fires here",
        verdict=(
            f"Detectors froze agents {plural(found.by_detector, 'time')} in earnest in"
            f" {found.agent_days:,.0f} agent-days."
        ),
        lines=(
            rate_line("freezes", "Freezes by detectors, per 1,000 agent-days", rate, "agent-days"),
            count_line(
                "freezes_noted",
                "Only noted",
                found.noted,
                "in shadow or bypassed: nothing was held back",
            ),
            count_line(
                "freezes_released",
                "Ended early by people",
                found.released,
                "freezes by hand among them",
            ),
            share_line(
                "releases_false_alarm",
                "Releases answered with “The agent was not at fault”",
                share_measured(release.false_alarms, release.tickets),
                "answered tickets",
            ),
        ),
        limit=(
            "Not every mistaken freeze is released, and not every release says why: the last"
            " figure is what people said, not how often the breaker was wrong."
        ),
    )


def drift_figures(found: Drifts, answered: Mapping[TicketKind, Answered]) -> FigureGroup:
    """Return how many drift alarms there were, and what people made of them."""
    drift = answered[TicketKind.DRIFT]
    return FigureGroup(
        title="Were drift alarms real?",
        verdict=(
            f"{plural(found.raised, 'alarm')} of single agents; {found.open:,} of them not looked"
            " at yet."
        ),
        lines=(
            share_line(
                "drift_false_alarm",
                "Answered with “The agent was not at fault”",
                share_measured(drift.false_alarms, drift.tickets),
                "answered tickets",
            ),
            count_line("drift_kept", "Kept to what was normal", found.kept_normal),
            count_line("drift_rebaselined", "Taken as the new normal", found.rebaselined),
            count_line(
                "drift_held", "Held", found.held, "many agents changed at once: one incident"
            ),
        ),
    )


def audit_figures(found: Audited) -> FigureGroup:
    """Return how often an audit says otherwise than was reported."""
    return FigureGroup(
        title="What audits find here",
        verdict=(
            f"Chance drew {plural(found.drawn, 'task')}; {found.skipped:,} of them got no audit,"
            " because enough waited."
        ),
        lines=(
            share_line(
                "audits_overturned",
                "Judged otherwise than reported",
                share_measured(found.overturned, found.judged),
                "judged audits",
            ),
            count_line("audits_unclear", "Nobody could tell", found.unclear),
        ),
        limit="Audits that people asked for are left out: they were aimed at a suspicion.",
    )


def approval_figures(cells: Sequence[CellSums], level: ServiceLevel) -> FigureGroup:
    """Return what people answered when the gate asked them, and how long they took."""
    approved = sum(cell.approved for cell in cells)
    refused, expired = sum(cell.refused for cell in cells), sum(cell.expired for cell in cells)
    return FigureGroup(
        title="What approval finds here",
        verdict=f"People answered {plural(approved + refused, 'task')}.",
        lines=(
            share_line(
                "approvals_denied",
                "Denied by people",
                share_measured(refused, approved + refused),
                "answers",
            ),
            share_line(
                "approvals_expired",
                "Answered by nobody in time",
                share_measured(expired, approved + refused + expired),
                "tasks asked about",
            ),
            time_line(
                "approvals_median",
                "Time to the last answer, median",
                level.median_s,
                n=level.answered,
                least=LEAST,
                n_of="answered tickets of every kind",
            ),
        ),
        limit="Nobody knows how the tasks that people denied would have ended.",
    )


def ring_figures(found: Rings) -> FigureGroup:
    """Return how many rings were found, and how people judged them."""
    return FigureGroup(
        title="Were rings real?",
        verdict=f"{plural(found.found, 'ring')} first found in the period.",
        lines=(
            share_line(
                "rings_confirmed",
                "Confirmed by a manager",
                share_measured(found.confirmed, found.confirmed + found.dismissed),
                "judged rings",
            ),
            count_line("rings_dismissed", "Dismissed", found.dismissed),
            count_line("rings_open", "Not judged yet", found.suspected),
        ),
    )


def wealth_figures(found: Beside) -> FigureGroup:
    """Return what confirmed members own before and after their penalties, beside all others."""
    days = AFTER.days
    members, others = "memberships", "agents"
    return FigureGroup(
        title="What penalties did to wealth",
        verdict=f"{plural(found.rings, 'ring')} confirmed in the period.",
        lines=(
            money_line(
                "members_before", "Members, the day before, mean", found.members_before,
                n=found.members, n_of=members,
            ),
            money_line(
                "members_after", f"Members, {days} days after, mean", found.members_after,
                n=found.members, n_of=members, note="or now, where that is sooner",
            ),
            money_line(
                "others_before", "All other agents, on the same days before", found.others_before,
                n=found.others if found.rings else 0, n_of=others,
            ),
            money_line(
                "others_after", "All other agents, on the same days after", found.others_after,
                n=found.others if found.rings else 0, n_of=others,
            ),
        ),
        limit=(
            "Means without an interval: a few agents hold most of the money. Members of rings that"
            " stand are not among the other agents."
        ),
    )  # fmt: skip


def tax_figures(found: Sequence[Taxed], policy: Policy) -> FigureGroup:
    """Return the tax collected by the preset that set its rate."""
    total = sum(each.interactions for each in found)
    return FigureGroup(
        title="Tax collected, by preset",
        verdict=f"Tax was booked on {plural(total, 'interaction')}.",
        lines=tuple(
            money_line(
                f"tax_{each.preset.value}",
                f"Preset {each.preset.value}",
                each.usd,
                n=each.interactions,
                n_of="interactions",
                note=f"{100 * policy.presets.limits(each.preset).tax_share:g} % now",
            )
            for each in found
        ),
        limit=(
            "What this tax does to welfare is not measured here."
            f" At most the newest {INTERACTIONS_MOST:,} interactions of the period are counted."
        ),
    )
