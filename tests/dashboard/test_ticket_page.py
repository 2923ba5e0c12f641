from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from governance.models import Standing
from governance.services.schemas import PlanBody
from tests.dashboard.shop import AGENT
from tests.dashboard.ticket_page import card, page
from tests.escalations.answering import approve, deny

if TYPE_CHECKING:
    import pytest

    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def test_one_screen_shows_everything_needed_to_decide(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.purge(
        title="Delete stale customers",
        arguments={"before": "2024-01-01", "limit": 1204},
        description="Nobody ordered since. Approved by finance.",
    )

    text = page(client_of(people.rita), ticket).content.decode()

    facts = {
        "Delete stale customers",
        "2024-01-01",
        "1204",
        "Nobody ordered since. Approved by finance.",
        "untrusted text",
        "job:nightly",
        "Critical task, high trust, preset aggressive: 2 approvals.",
        "an irreversible production change touches restricted data",
        "Refund bot",
        "0.98",
        "shop.*",
        "0 of 2",
    }
    assert {fact for fact in facts if fact not in text.replace("\N{NO-BREAK SPACE}", " ")} == set()


def test_arguments_are_shown_exactly_as_they_were_hashed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund(arguments={"b": 1.5, "a": ["x", None], "c": {"z": 1e-7}})

    request = card(client_of(people.rita), ticket).request

    assert request.canonical_json == '{"a":["x",null],"b":1.5,"c":{"z":1e-7}}'
    assert [(line.name, line.value) for line in request.arguments] == [
        ("a", '["x", null]'),
        ("b", "1.5"),
        ("c", '{"z": 1e-7}'),
    ]
    assert request.action_digest == ticket.action_digest


def test_words_of_an_agent_are_text_and_its_hidden_characters_are_seen(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund(
        title="<script>alert(1)</script>\u202e",
        description="See <a href='https://evil.example'>here</a>\u202e and \u200bthere",
        requested_by="<img src=x>",
    )

    text = page(client_of(people.rita), ticket).content.decode()

    assert "<script>alert" not in text
    assert "<a href='https://evil.example'>" not in text
    assert "<img src=x>" not in text
    assert "<mark>U+202E</mark>" in text
    assert "<mark>U+200B</mark>" in text
    assert "\u202e" not in text


def test_the_blast_radius_names_each_metrics_source(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    blast = card(client_of(people.rita), shop.refund()).blast

    sources = {part.metric: part.source for part in blast.parts}
    assert len(blast.parts) == 9
    assert sum(part.points for part in blast.parts) == blast.points
    assert (sources["E"], sources["W"], sources["U"]) == ("API key", "tool registry", "declared")
    assert blast.because.startswith("because it is hard to undo in production")


def test_the_mandate_says_where_the_task_leaves_it(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    mandate = card(client_of(people.rita), shop.refund()).mandate

    assert not mandate.is_inside
    assert mandate.verdict == "The mandate allows Medium without a person; this is High."


def test_a_ticket_shows_the_agent_as_it_is_now_and_as_it_was_asked_about(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    shop.freeze()

    waiting = card(client_of(people.rita), ticket).agent
    deny(ticket, people.mona)
    settled = card(client_of(people.rita), ticket).agent

    assert waiting.breaker.label == "Frozen by a person"
    assert waiting.breaker_note == "A person froze the agent; a person releases it."
    assert waiting.asked_note == ""
    assert settled.breaker.label == "Frozen by a person"
    assert settled.asked_note.replace("\N{NO-BREAK SPACE}", " ") == (
        "When people were asked: trust 0.98, tier high, 60 outcomes, breaker closed."
    )


def test_what_the_agent_did_since_it_was_asked_about_is_listed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.attempt()
    approve(ticket, people.mona, reason_code="rightly_blocked")
    shop.probe("new-bot")

    agent = card(client_of(people.rita), ticket).agent

    assert [outcome.result for outcome in agent.outcomes] == ["success"]


def test_trust_is_shown_with_its_parts_and_what_was_spent(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    agent = card(client_of(people.rita), shop.refund()).agent

    assert (agent.trust.tier, agent.trust.outcomes, agent.owner) == ("high", 60, "Lena Fischer")
    assert [name for name, _ in agent.components] == ["success", "budget", "consistency"]
    # One cent every 12 h: at midnight of 1 March, at its noon, at midnight of 2 March.
    assert agent.spent_usd == Decimal("0.03")


def test_the_last_outcomes_are_listed(shop: Shop, people: People, client_of: ClientOf) -> None:
    agent = card(client_of(people.rita), shop.refund()).agent

    assert len(agent.outcomes) == 10
    assert {outcome.result for outcome in agent.outcomes} == {"success"}


def test_a_new_agent_has_no_figure_but_a_sentence(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    text = page(client_of(people.rita), shop.attempt()).content.decode()

    assert "Not enough data (0&nbsp;of&nbsp;10)" in text


def test_the_floor_that_raised_a_level_is_named(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.rita)

    by_floor = card(client, shop.purge(budget_usd=Decimal(0))).blast
    by_points = card(client, shop.purge()).blast

    # Production 12, deletes 14, cannot be undone 14, restricted data 14, internal input 2.
    assert (by_floor.points, by_floor.level) == (56, "CRITICAL")
    assert by_floor.floor_note == (
        "The floor decides, whatever the points. At least Critical: an irreversible production"
        " change touches restricted data. 56 points alone would be High."
    )
    # With 3 for a little money it is 59, Critical by themselves.
    assert (by_points.points, by_points.floor_note) == (59, "")


def test_the_run_a_task_belongs_to_is_drawn_as_a_tree(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund(external_id="root", title="Reconcile payouts")
    child = shop.refund(external_id="child", parent="root", title="Refund one")

    lineage = card(client_of(people.rita), child).lineage

    assert (lineage.title, lineage.is_here) == ("Reconcile payouts", False)
    assert [(node.title, node.is_here) for node in lineage.children] == [("Refund one", True)]
    assert lineage.url == "/f/shop/tickets/1/"


def test_a_release_says_why_the_agent_is_frozen(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.freeze()

    shown = card(client_of(people.rita), shop.release())

    assert [choice.label for choice in shown.panel.choices] == ["Keep frozen", "Release"]
    assert shown.release.agent == AGENT
    assert shown.request is None
    assert shown.agent.breaker.label.startswith("Frozen by a person")


def test_a_long_run_is_cut_and_says_so(
    shop: Shop, people: People, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.lineage.SHOWN_MOST", 2)
    shop.refund(external_id="root")
    shop.refund(external_id="child", parent="root")
    last = shop.refund(external_id="grandchild", parent="child")

    shown = card(client_of(people.rita), last)

    assert shown.lineage_note.endswith(
        "2\N{NO-BREAK SPACE}tasks shown, there may be more, no tainted ancestor"
    )


def test_ancestors_that_are_cut_off_are_not_called_clean(
    shop: Shop, people: People, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.lineage.SHOWN_MOST", 2)
    shop.refund(external_id="root")
    shop.refund(external_id="child", parent="root")
    shop.refund(external_id="grandchild", parent="child")
    last = shop.refund(external_id="last", parent="grandchild")

    note = card(client_of(people.rita), last).lineage_note

    assert note.endswith("there may be more, what is above is not shown")


def test_limits_a_caller_set_are_listed(shop: Shop, people: People, client_of: ClientOf) -> None:
    ticket = shop.refund(time_limit_s=900, plan=PlanBody(steps=3, agents=1, delegations=0))

    facts = {fact.label: fact.value for fact in card(client_of(people.rita), ticket).request.facts}

    assert facts["Time limit"] == "15\N{NO-BREAK SPACE}min"
    assert facts["Plan"] == "3\N{NO-BREAK SPACE}steps, 1\N{NO-BREAK SPACE}agent"


def test_a_release_says_until_when_the_agent_was_frozen(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.freeze()
    Standing.objects.filter(agent__external_id=AGENT).update(
        frozen_until=clock.now + timedelta(minutes=15)
    )

    release = card(client_of(people.rita), shop.release()).release

    assert release.facts[-1].value == "2\N{NO-BREAK SPACE}Mar 12:15 UTC"
