from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from governance.domain.types import Role
from governance.models import Fleet, Standing
from governance.selectors.sequences import sequences_now
from governance.services.fleets import membership_remove, membership_set
from governance.services.schemas import PlanBody
from tests.dashboard.people import person
from tests.dashboard.shop import AGENT
from tests.escalations.answering import approve, deny

if TYPE_CHECKING:
    import pytest
    from django.test import Client

    from escalations.models import Ticket
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop


def page(client: Client, ticket: Ticket) -> Any:
    return client.get(f"/f/shop/tickets/{ticket.number}/")


def card(client: Client, ticket: Ticket) -> Any:
    return page(client, ticket).context["ticket"]


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
        title="<script>alert(1)</script>",
        description="See <a href='https://evil.example'>here</a>\u202e and \u200bthere",
        requested_by="<img src=x>",
    )

    text = page(client_of(people.rita), ticket).content.decode()

    assert "<script>alert" not in text
    assert "<a href='https://evil.example'>" not in text
    assert "<img src=x>" not in text
    assert "<mark>U+202E</mark>" in text
    assert "<mark>U+200B</mark>" in text


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


def test_keys_stand_only_where_their_moves_exist(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    waiting, incident = shop.refund(), shop.attempt()
    denied = shop.refund()
    deny(denied, people.mona)
    client = client_of(people.rita)

    shown = ["data-keys" in page(client, each).content.decode() for each in (waiting, incident)]

    assert shown == [True, False]
    text = page(client, denied).content.decode()
    assert "data-keys" not in text
    assert "Why a person was asked" in text


def test_trust_is_shown_with_its_parts_and_what_was_spent(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    agent = card(client_of(people.rita), shop.refund()).agent

    assert (agent.trust.tier, agent.trust.outcomes, agent.owner) == ("high", 60, "Lena Fischer")
    assert [name for name, _ in agent.components] == ["success", "budget", "consistency"]
    # One cent every 12 h: at midnight of 1 March, at its noon, at midnight of 2 March.
    assert agent.spent_usd == Decimal("0.03")


def test_reasons_are_offered_for_what_can_be_chosen_alone(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    shop.freeze()

    panel = card(client_of(people.rita), ticket).panel

    assert {reason.for_choice for reason in panel.reason_codes} == {"deny"}


def test_the_last_outcomes_are_listed(shop: Shop, people: People, client_of: ClientOf) -> None:
    agent = card(client_of(people.rita), shop.refund()).agent

    assert len(agent.outcomes) == 10
    assert {outcome.result for outcome in agent.outcomes} == {"success"}


def test_a_new_agent_has_no_figure_but_a_sentence(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    text = page(client_of(people.rita), shop.attempt()).content.decode()

    assert "Not enough data (0&nbsp;of&nbsp;10)" in text


def test_signatures_name_who_signed_and_who_still_can(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.purge()
    approve(ticket, people.mona, reauthenticated_at=clock.now)

    panel = card(client_of(people.rita), ticket).panel

    assert [(sign.name, sign.word) for sign in panel.signatures] == [("Mona Lind", "approved")]
    assert panel.eligible == ("you, reviewer", "Adam Weiss, admin")
    assert panel.barred == ("not Lena Fischer: owns the agent",)


def test_who_lacks_the_same_thing_stands_on_one_line(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    petra = person("petra", "Petra", "Vogel")
    membership_set(fleet=people.fleet, user=petra, role=Role.REVIEWER, actor="adam")
    paul = person("paul", "Paul", "Zimmer")
    membership_set(fleet=people.fleet, user=paul, role=Role.REVIEWER, actor="adam")
    ticket = shop.ask("shop.refund", agent="new-bot")
    approve(ticket, people.rita)

    panel = card(client_of(people.adam), ticket).panel

    missing = [line for line in panel.barred if "must come from a manager" in line]
    assert len(missing) == 2
    assert "not Lena Fischer: owns the agent, the last approval must come from a manager" in missing
    assert any("Petra Vogel" in line and "Paul Zimmer" in line for line in missing)


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


def test_too_few_people_are_said_to_be_too_few(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    membership_remove(fleet=people.fleet, user=people.mona, actor="adam")
    ticket = shop.ask("shop.refund", agent="new-bot", requested_by="rita")

    panel = card(client_of(people.rita), ticket).panel

    assert panel.rule == "One of them must be a manager."
    assert panel.barred[-1].startswith("2 approvals missing, one by a manager, 1 eligible")


def test_what_one_more_approval_does_is_said_beforehand(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    panel = card(client_of(people.rita), shop.refund()).panel

    assert panel.on_approval == (
        "The last approval issues one grant: this digest, once, "
        "within 30\N{NO-BREAK SPACE}min, at most $180.00."
    )


def test_an_incident_can_only_be_acknowledged(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    panel = card(client_of(people.rita), shop.attempt()).panel

    assert [choice.label for choice in panel.choices] == ["Acknowledge"]


def test_a_withdrawn_ticket_says_so_and_offers_nothing(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()
    shop.withdraw(ticket)

    text = page(client_of(people.rita), ticket).content.decode()

    assert "Withdrawn" in text
    assert "the customer called off" in text
    assert "Nobody decided." in text
    assert 'value="approve"' not in text


def test_an_expired_ticket_is_never_said_to_be_denied(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    ticket = shop.refund()
    clock.forward(minutes=30)

    response = page(client_of(people.rita), ticket)

    panel = response.context["ticket"].panel
    assert (panel.mark.label, panel.ruling.by) == ("Expired", "")
    assert panel.choices == ()
    assert "Denied" not in response.content.decode()


def test_the_run_a_task_belongs_to_is_drawn_as_a_tree(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.refund(external_id="root", title="Reconcile payouts")
    child = shop.refund(external_id="child", parent="root", title="Refund one")

    lineage = card(client_of(people.rita), child).lineage

    assert (lineage.title, lineage.is_here) == ("Reconcile payouts", False)
    assert [(node.title, node.is_here) for node in lineage.children] == [("Refund one", True)]
    assert lineage.url == "/f/shop/tickets/1/"


def test_the_panel_alone_is_drawn_with_the_number_it_was_taken_at(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    ticket = shop.refund()

    response = client_of(people.rita).get(f"/f/shop/tickets/{ticket.number}/panel/")

    text = response.content.decode()
    assert f'data-seq="{sequences_now()["shop"]}"' in text
    assert "<html" not in text


def test_a_release_says_why_the_agent_is_frozen(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.freeze()

    shown = card(client_of(people.rita), shop.release())

    assert [choice.label for choice in shown.panel.choices] == ["Keep frozen", "Release"]
    assert shown.release.agent == AGENT
    assert shown.request is None
    assert shown.agent.breaker.label.startswith("Frozen by a person")


def test_a_practice_ticket_can_be_read_and_not_answered(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    Fleet.objects.filter(slug="shop").update(enforcement="shadow")

    panel = card(client_of(people.rita), shop.refund()).panel

    assert {choice.why_off for choice in panel.choices} == {
        "It is practice: nothing was held back, nobody waits for an answer."
    }


def test_a_long_run_is_cut_and_says_so(
    shop: Shop, people: People, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.lineage.SHOWN_MOST", 2)
    shop.refund(external_id="root")
    shop.refund(external_id="child", parent="root")
    last = shop.refund(external_id="grandchild", parent="child")

    shown = card(client_of(people.rita), last)

    assert shown.lineage_note.endswith("2\N{NO-BREAK SPACE}tasks shown, there may be more")


def test_limits_a_caller_set_are_listed(shop: Shop, people: People, client_of: ClientOf) -> None:
    ticket = shop.refund(time_limit_s=900, plan=PlanBody(steps=3, agents=1, delegations=0))

    facts = {fact.label: fact.value for fact in card(client_of(people.rita), ticket).request.facts}

    assert facts["Time limit"] == "15\N{NO-BREAK SPACE}min"
    assert facts["Plan"] == "3\N{NO-BREAK SPACE}steps, 1\N{NO-BREAK SPACE}agent"


def test_a_kept_freeze_and_a_release_are_told_apart(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    shop.freeze()
    kept = shop.release()
    deny(kept, people.mona, reason_code="cause_unknown")
    released = shop.release()
    approve(released, people.mona, reason_code="false_alarm")
    client = client_of(people.rita)

    rulings = [card(client, ticket).panel.ruling for ticket in (kept, released)]

    assert [(ruling.by, ruling.note) for ruling in rulings] == [
        ("Mona Lind", "refund-bot stays frozen."),
        ("Mona Lind", "refund-bot is on probation."),
    ]


def test_a_release_says_until_when_the_agent_was_frozen(
    shop: Shop, people: People, client_of: ClientOf, clock: Clock
) -> None:
    shop.freeze()
    Standing.objects.filter(agent__external_id=AGENT).update(
        frozen_until=clock.now + timedelta(minutes=15)
    )

    release = card(client_of(people.rita), shop.release()).release

    assert release.facts[-1].value == "2\N{NO-BREAK SPACE}Mar 12:15 UTC"


def test_an_acknowledged_incident_stays_denied(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    incident = shop.attempt()
    approve(incident, people.mona, reason_code="rightly_blocked")

    ruling = card(client_of(people.rita), incident).panel.ruling

    assert (ruling.by, ruling.note) == ("Mona Lind", "The task stays denied.")
