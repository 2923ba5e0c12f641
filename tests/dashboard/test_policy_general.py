"""The policy of all fleets: who may tune it, which fleets follow, and what publishing does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.types import Role
from governance.models import Fleet, PolicyDraft
from governance.selectors.policies import policy_in_force
from governance.services.fleets import membership_set
from governance.services.policy_drafts import draft_change, draft_publish
from tests.dashboard.incident import words

if TYPE_CHECKING:
    from dashboard.cards.policy_editor import PolicyEditor
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/policy/"
CAP, HALF = "breaker.freeze_cap_h", "trust.half_life_days"


@pytest.fixture
def everywhere(people: People) -> People:
    """Adam, an admin of both fleets."""
    elsewhere = Fleet.objects.get(slug="elsewhere")
    membership_set(fleet=elsewhere, user=people.adam, role=Role.ADMIN, actor="otto")
    return people


def form(value: str, seen: str = "24") -> dict[str, str]:
    return {"section": "breaker", f"value.{CAP}": value, f"seen.{CAP}": seen}


def shown(response: Any) -> PolicyEditor:
    editor: PolicyEditor = response.context["editor"]
    return editor


def publish(client: Any, reason: str = "Longer at night.") -> Any:
    version = PolicyDraft.objects.get(fleet=None, ended_at=None).version
    return client.post(f"{URL}publish/", {"draft": str(version), "reason": reason})


def in_force(slug: str) -> tuple[int, float]:
    version, policy = policy_in_force(fleet=Fleet.objects.get(slug=slug))
    return version.number, policy.breaker.freeze_cap_h


def test_whoever_is_no_admin_of_every_fleet_reads_it_alone(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    adam = client_of(people.adam)

    page = words(adam, f"{URL}?section=breaker")
    sent = adam.post(f"{URL}change/", form("48"))

    assert "Policy of all fleets" in page
    assert (
        "Only an admin of every fleet may change the policy of all fleets; you are an admin of 1 of 2."
        in page
    )
    assert sent.status_code == 403
    assert not PolicyDraft.objects.exists()


def test_publishing_reaches_each_fleet_that_follows(
    shop: Shop, everywhere: People, client_of: ClientOf
) -> None:
    adam = client_of(everywhere.adam)

    adam.post(f"{URL}change/", form("48"))
    before = shown(adam.get(URL)).draft
    sent = publish(adam)

    assert (before.base, before.following) == ("The defaults", "policy 1")
    assert sent["Location"] == "/policy/?done=published"
    assert (in_force("shop"), in_force("elsewhere")) == ((2, 48.0), (2, 48.0))
    row = next(
        each
        for group in shown(adam.get("/f/shop/policy/?section=breaker")).groups
        for each in group.rows
        if each.path == CAP
    )
    assert (row.source, row.can_follow) == ("From all fleets.", False)


def test_a_fleet_of_its_own_value_stays_and_is_named(
    shop: Shop, everywhere: People, client_of: ClientOf
) -> None:
    fleet = Fleet.objects.get(slug="shop")
    made = draft_change(fleet=fleet, user=everywhere.adam, values={CAP: 36.0}, seen={CAP: 24.0})
    draft_publish(fleet=fleet, user=everywhere.adam, version=made.version, reason="Own.")
    adam = client_of(everywhere.adam)

    page = words(adam, f"{URL}?section=breaker")
    adam.post(f"{URL}change/", form("48"))
    publish(adam)

    assert "1 of 2 fleets follow; Shop has its own value." in page
    assert (in_force("shop")[1], in_force("elsewhere")[1]) == (36.0, 48.0)


def test_a_fleet_follows_again_where_the_box_is_ticked(
    shop: Shop, everywhere: People, client_of: ClientOf
) -> None:
    fleet = Fleet.objects.get(slug="shop")
    made = draft_change(fleet=fleet, user=everywhere.adam, values={CAP: 36.0}, seen={CAP: 24.0})
    draft_publish(fleet=fleet, user=everywhere.adam, version=made.version, reason="Own.")
    adam = client_of(everywhere.adam)

    adam.post("/f/shop/policy/change/", form("36", "36") | {f"follow.{CAP}": "1"})

    (line,) = shown(adam.get("/f/shop/policy/")).draft.lines
    assert line.after.replace("\N{NO-BREAK SPACE}", " ") == "24 hours, as all fleets"


def test_what_all_fleets_have_now_is_chosen_anew_where_a_draft_took_over_another_value(
    shop: Shop, everywhere: People, client_of: ClientOf
) -> None:
    fleet = Fleet.objects.get(slug="shop")
    made = draft_change(fleet=fleet, user=everywhere.adam, values={CAP: 36.0}, seen={CAP: 24.0})
    draft_publish(fleet=fleet, user=everywhere.adam, version=made.version, reason="Own.")
    adam = client_of(everywhere.adam)
    adam.post("/f/shop/policy/change/", form("36", "36") | {f"follow.{CAP}": "1"})
    adam.post(f"{URL}change/", form("48"))
    publish(adam)

    page = words(adam, "/f/shop/policy/?section=breaker")
    refused = adam.post("/f/shop/policy/publish/", {"draft": "1", "reason": "As all."})
    follows = {f"follow.{CAP}": "1", f"clash.{CAP}": "mine", f"theirs.{CAP}": "36"}
    adam.post("/f/shop/policy/change/", form("48", "48") | follows)
    adam.post("/f/shop/policy/publish/", {"draft": "2", "reason": "As all."})

    assert (
        "What all fleets have changed since the draft took it over: it is 48 hours now, 36 hours is"
        " in force here."
    ) in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Keep mine: as all fleets, 48 hours" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert refused.status_code == 409
    assert (in_force("shop")[1], policy_in_force(fleet=Fleet.objects.get(slug="shop"))[0].own) == (
        48.0,
        [],
    )


def test_its_versions_are_listed_and_come_back(
    shop: Shop, everywhere: People, client_of: ClientOf
) -> None:
    adam = client_of(everywhere.adam)
    adam.post(f"{URL}change/", form("48"))
    publish(adam)
    adam.post(f"{URL}change/", form("72", "48"))
    publish(adam, "Longer still.")

    listed = adam.get("/policy/versions/").context["policies"]
    back = words(adam, "/policy/versions/1/back/")
    adam.post("/policy/versions/1/back/", {"reason": "Too long.", "replaces": "2"})

    assert [(each.number, each.is_in_force, each.back_url) for each in listed.versions] == [
        (2, True, ""),
        (1, False, "/policy/versions/1/back/"),
    ]
    assert [line.title for line in listed.versions[1].settings] == ["Freeze, at most"]
    assert "Roll back to policy 1" in back
    proposed = PolicyDraft.objects.get(fleet=None, ended_at=None)
    # Shorter freezes are looser: another admin must agree.
    assert (proposed.state, proposed.restores) == ("proposed", 1)


def test_before_any_version_the_defaults_hold(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = words(client_of(people.rita), "/policy/versions/")

    assert "Nothing is set for all fleets: the defaults of the product hold." in page


def test_a_stranger_signs_in_first(people: People, client_of: ClientOf) -> None:
    response = client_of(None).post("/policy/publish/", {"reason": "x"})

    assert response["Location"].startswith("/sign-in/")
