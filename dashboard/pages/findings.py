"""What a ticket about a finding is about: the numbers behind it, and finished work to judge."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dashboard.cards import Fact, FindingCard, ReasonLine, WorkCard
from dashboard.display.durations import NBSP, day_time, span_text
from dashboard.display.figures import money, plural, share
from dashboard.display.wording import result_mark
from escalations.domain.lifecycle import TicketKind
from escalations.selectors.emergency import reviewed
from escalations.selectors.tickets import WHY_AGAIN
from governance.domain.collusion.findings import FindingKind
from governance.domain.collusion.words import kind_label, luck_words
from governance.domain.drift_state import DriftKind
from governance.domain.drift_words import amount_words
from governance.selectors.people import person_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from escalations.models import Ticket

    Plain = Mapping[str, Any]

_SIGNALS = {
    "failing": "Fails more often",
    "dearer": "Costs more",
    "cheaper": "Costs less",
    "slower": "Takes longer",
    "faster": "Takes less time",
}
_TITLES = {
    TicketKind.DRIFT: "What changed",
    TicketKind.CASCADE: "What spread",
    TicketKind.COLLUSION: "What speaks against them",
    TicketKind.INCIDENT: "What they share",
}


def finding_lines(shown: Plain) -> tuple[ReasonLine, ...]:
    """Return what was found, in its own sentences, the newest first; of a ring all of them, after
    why it is asked about again."""
    if "ring" in shown:
        why = shown.get(WHY_AGAIN)
        found = [
            (kind_label(FindingKind(each["kind"])), each["sentence"])
            for each in shown["ring"]["findings"]
        ]
        said = [("Asked again", why), *found] if why else found
        return tuple(ReasonLine(code=code, sentence=sentence) for code, sentence in said)
    return tuple(
        ReasonLine(code=finding["code"], sentence=finding["reason"])
        for finding in shown["findings"]
    )


def finding_cards(ticket: Ticket) -> tuple[FindingCard, ...]:
    """Return the numbers behind each finding of a ticket; none of an audit."""
    emergency = reviewed(ticket)
    if emergency is not None:
        return (_emergency_card(emergency),)
    title = _TITLES.get(TicketKind(ticket.kind))
    if title is None:
        return ()
    cards = []
    for finding in ticket.snapshot.get("findings", ()):
        facts = _FACTS[TicketKind(ticket.kind)](finding["evidence"], ticket.snapshot)
        at = datetime.fromisoformat(finding["at"])
        name = _SIGNALS.get(finding["code"], title)
        cards.append(FindingCard(title=name, at=at, facts=tuple(facts)))
    return tuple(cards)


def _emergency_card(emergency: Plain) -> FindingCard:
    """Return who called an emergency, when and why; the last call decided it."""
    calls = [(each, datetime.fromisoformat(each["at"])) for each in emergency["calls"]]
    return FindingCard(
        title=f"The emergency on #{emergency['number']}",
        at=calls[-1][1],
        facts=tuple(
            Fact(
                label=person_named(each["by"]),
                value=f"“{each['reason']}”",
                note=f"{day_time(at)} UTC",
            )
            for each, at in calls
        ),
    )


def work_card(shown: Plain) -> WorkCard:
    """Return what was reported of the work that an audit is about."""
    told = shown["outcome"]
    return WorkCard(
        result=result_mark(told["result"]),
        reporter=told["reporter"],
        is_self_report=told["self_report"],
        facts=tuple(_reported(told)),
        approved_by=tuple(shown.get("approved_by", ())),
        drawn=shown.get("drawn", {}).get("sentence", ""),
    )


def _drift_facts(evidence: Plain, _shown: Plain) -> list[Fact]:
    kind = DriftKind(evidence["kind"])
    facts = [
        Fact(label="Now", value=_amount(kind, evidence["now"]), note=_over(evidence)),
        Fact(label="Normal", value=_amount(kind, evidence["normal"])),
        Fact(label="Since", value=f"{day_time(datetime.fromisoformat(evidence['since']))} UTC"),
        Fact(
            label="Evidence",
            value=f"{evidence['score']:.1f}",
            note=f"the alarm is from {evidence['threshold']:.1f} on",
        ),
    ]
    if evidence["fleet_factor"] >= 1.05:
        factor = f"{evidence['fleet_factor']:.1f} times as often"
        facts.append(Fact(label="The rest of the fleet fails", value=factor, note="allowed for"))
    return facts


def _over(evidence: Plain) -> str:
    return f"over its last {plural(evidence['tasks'], 'task')}"


def _amount(kind: DriftKind, amount: float) -> str:
    if kind is DriftKind.OUTCOMES:
        return f"{share(amount, 1.0)} of tasks fail"
    return f"{amount_words(kind, amount)} a task".replace(" ", NBSP, 1)


def _cascade_facts(evidence: Plain, _shown: Plain) -> list[Fact]:
    spread = evidence.get("spread")
    if spread is None:
        return []
    return [
        Fact(
            label="Failed below failed parents",
            value=f"{spread['failures']} of {plural(spread['children'], 'task')}",
            note=f"{spread['expected']:.1f} were expected",
        ),
        Fact(
            label="R, failing children per failing parent",
            value=f"{spread['ratio']:.1f}",
            note=f"{plural(spread['parents'], 'parent')}; above 1 it spreads",
        ),
    ]


def shared_facts(shared: Sequence[Plain]) -> list[Fact]:
    """Return what agents share that an incident concerns, the most telling first, and how many."""
    return [
        Fact(
            label=f"{each['dimension'].capitalize()} {each['value']}",
            value=f"{each['alarming']} of {plural(each['alarms'], 'agent')} concerned",
            note=f"{each['fleet']} of {plural(each['agents'], 'agent')} of the fleet",
        )
        for each in shared
    ]


def _collusion_facts(_evidence: Plain, shown: Plain) -> list[Fact]:
    ring = shown["ring"]
    facts = [
        Fact(label=plural(len(shown["agents"]), "member"), value=", ".join(shown["agents"])),
        Fact(
            label="Moved among them",
            value=money(Decimal(ring["value_usd"])),
            note=f"in {plural(ring['interactions'], 'interaction')}",
        ),
        Fact(label="By luck alone", value=luck_words(ring["chance"])),
    ]
    if ring["outside_quality"] is not None:
        quality = f"{ring['outside_quality']:.2f}"
        checks = f"mean of {plural(ring['outside_checked'], 'check')}, from 0 to 1"
        facts.append(Fact(label="Their work for others", value=quality, note=checks))
    return facts


def _incident_facts(evidence: Plain, shown: Plain) -> list[Fact]:
    agents = shown.get("agents", [])
    facts = shared_facts(evidence.get("shared", ()))
    return [*facts, Fact(label=plural(len(agents), "agent"), value=", ".join(agents))]


_FACTS = {
    TicketKind.DRIFT: _drift_facts,
    TicketKind.CASCADE: _cascade_facts,
    TicketKind.COLLUSION: _collusion_facts,
    TicketKind.INCIDENT: _incident_facts,
}


def _reported(told: Plain) -> list[Fact]:
    """Return what was said of the work, in the order in which it helps to judge it."""
    finished = f"{day_time(datetime.fromisoformat(told['finished_at']))} UTC"
    said = [
        ("Finished", finished, ""),
        ("Took", "" if told["duration_s"] is None else span_text(told["duration_s"]), ""),
        ("Cost", _money(told["cost_usd"]), _against(told["budget_usd"])),
        ("Value", _money(told["value_usd"]), ""),
        ("Steps", str(told["steps"] or ""), ""),
        ("Tools it says it used", ", ".join(told["tools_used"]), ""),
        ("Agents it started", str(told["agents_spawned"] or ""), ""),
        ("Error", told["error_code"], ""),
        ("Verified", _quality(told["verified_quality"]), f"by {told['verified_by']}"),
    ]
    return [Fact(label=label, value=value, note=note) for label, value, note in said if value]


def _money(amount_usd: str | None) -> str:
    return "" if amount_usd is None else money(Decimal(amount_usd))


def _against(budget_usd: str | None) -> str:
    return "no budget was asked for" if budget_usd is None else f"of {_money(budget_usd)} asked for"


def _quality(quality: float | None) -> str:
    return "" if quality is None else f"{quality:.2f} of 1"
