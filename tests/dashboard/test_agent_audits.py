from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from governance.domain.audits import AuditState, AuditVerdict
from governance.models import Agent, Audit, Correction, Outcome
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from dashboard.cards.agent_page import AgentPage
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

WHY = "Skipped: 25 audits wait for people already, of at most 25."


def page_of(client_of: ClientOf, people: People) -> tuple[AgentPage, str]:
    agent = Agent.objects.get(external_id="refund-bot")
    answer = client_of(people.rita).get(f"/f/shop/agents/{agent.pk}/")
    card: AgentPage = answer.context["agent"]
    return card, answer.content.decode()


def draw(state: AuditState, verdict: AuditVerdict | None = None, *, days_ago: int = 1) -> Audit:
    """Keep an audit of an outcome that has none yet."""
    outcome = Outcome.objects.filter(agent__external_id="refund-bot", audit=None).first()
    assert outcome is not None
    return Audit.objects.create(
        fleet=outcome.fleet,
        agent=outcome.agent,
        outcome=outcome,
        probability=0.1,
        sentence=WHY if state is AuditState.SKIPPED else "Drawn by chance.",
        drawn_at=clock_now() - timedelta(days=days_ago),
        state=state.value,
        verdict="" if verdict is None else verdict.value,
    )


def test_an_agent_without_audits_says_so(shop: Shop, people: People, client_of: ClientOf) -> None:
    card, _ = page_of(client_of, people)

    assert card.audits.summary == "No finished task was drawn for an audit in 30 days."
    assert not card.audits.corrections


def test_audits_are_counted_by_what_became_of_them_and_skipped_ones_say_why(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    for verdict in (AuditVerdict.PASSED, AuditVerdict.PASSED, AuditVerdict.FAILED):
        draw(AuditState.SETTLED, verdict)
    draw(AuditState.OPEN)
    draw(AuditState.SKIPPED)
    draw(AuditState.SETTLED, AuditVerdict.UNCLEAR, days_ago=31)

    card, page = page_of(client_of, people)

    assert card.audits.summary == (
        "5 finished tasks drawn by chance in 30 days:"
        " 2 passed, 1 failed, 1 waiting for people and 1 skipped."
    )
    assert card.audits.skipped == WHY
    assert WHY in page


def test_a_correction_is_shown_with_its_sentence_and_reason(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    audit = draw(AuditState.SETTLED, AuditVerdict.FAILED)
    policy = audit.fleet.policy
    assert policy is not None
    Correction.objects.create(
        agent=audit.agent,
        outcome=audit.outcome,
        fact=900,
        before="success",
        after="failure",
        by="mona",
        reason="The refund went to the wrong <b>customer</b>.",
        sentence="old-1 now counts as a failure, not as a success: checked by mona.",
        tier_before="high",
        tier_after="high",
        policy=policy,
        created_at=clock_now(),
    )

    card, page = page_of(client_of, people)

    (line,) = card.audits.corrections
    assert line.sentence in page
    assert "wrong &lt;b&gt;customer&lt;/b&gt;." in page
