"""Bringing an earlier version of a policy back: seen first, then done with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.types import Role
from governance.models import Fleet, PolicyDraft
from governance.selectors.policies import policy_in_force
from governance.services.fleets import membership_set
from governance.services.policy_drafts import draft_agree, draft_change, draft_publish
from tests.dashboard.incident import words
from tests.dashboard.people import person

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from dashboard.cards.policies import RollBackPage, VersionCard
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/policies/1/back/"
FIRST, CAP = "breaker.freeze_first_min", "breaker.frozen_share_cap"


@pytest.fixture
def ben(people: People) -> User:
    """A second admin of the shop."""
    ben = person("ben", "Ben", "Ortiz")
    membership_set(fleet=people.fleet, user=ben, role=Role.ADMIN, actor="adam")
    return ben


def fleet() -> Fleet:
    return Fleet.objects.get(slug="shop")


def published(user: User, path: str, value: float, seen: float) -> PolicyDraft:
    made = draft_change(fleet=fleet(), user=user, values={path: value}, seen={path: seen})
    return draft_publish(fleet=fleet(), user=user, version=made.version, reason="Try it.")


def back(response: Any) -> RollBackPage:
    page: RollBackPage = response.context["back"]
    return page


def card(client: Any, number: int) -> VersionCard:
    versions: tuple[VersionCard, ...] = client.get("/f/shop/policies/").context["policies"].versions
    return next(each for each in versions if each.number == number)


def test_the_difference_to_what_is_in_force_is_shown_first(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    published(people.adam, FIRST, 30.0, 15.0)

    page = back(client_of(people.rita).get(URL))

    (line,) = page.settings
    assert (line.title, line.before, line.after) == (
        "Freeze, first",
        "30\N{NO-BREAK SPACE}minutes",
        "15\N{NO-BREAK SPACE}minutes",
    )
    assert line.url == f"/f/shop/policy/?section=breaker#field-{FIRST}"
    assert page.why_off == "Only an admin may change the policy; you are a reviewer."


def test_a_version_comes_back_as_a_new_one(
    shop: Shop, people: People, ben: User, client_of: ClientOf
) -> None:
    # Back from 10 to 15 min is no loosening; down to 10 was one, and ben agreed.
    made = published(people.adam, FIRST, 10.0, 15.0)
    draft_agree(fleet=fleet(), user=ben, version=made.version)
    adam = client_of(people.adam)

    sent = adam.post(URL, {"reason": "Too quick.", "replaces": "2"})

    assert sent["Location"] == "/f/shop/policy/?done=restored"
    assert card(adam, 3).how == ("Brings policy 1 back.",)
    assert (
        adam.get("/f/shop/policy/").context["editor"].summary.endswith("It brings policy 1 back.")
    )
    assert card(adam, 2).how == ("Agreed by Ben Ortiz.",)
    assert policy_in_force(fleet=fleet())[1].breaker.freeze_first_min == 15.0


def test_a_version_that_loosens_is_proposed(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    published(people.adam, FIRST, 30.0, 15.0)
    adam = client_of(people.adam)

    needs = back(adam.get(URL)).needs_second
    sent = adam.post(URL, {"reason": "Too slow.", "replaces": "2"})

    assert needs == "A second admin must agree, because of “Freeze, first”."
    assert sent["Location"] == "/f/shop/policy/?done=proposed"
    proposal = adam.get("/f/shop/policy/").context["editor"].draft.proposal
    assert proposal.startswith("Proposed by you just now, to roll back to policy 1.")
    assert policy_in_force(fleet=fleet())[0].number == 2


def test_a_refusal_says_why_and_keeps_the_page(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    published(people.adam, FIRST, 30.0, 15.0)

    response = client_of(people.adam).post(URL, {"reason": " ", "replaces": "2"})

    assert response.status_code == 422
    assert back(response).problem == "Not recorded. Rolling back needs a reason."
    assert back(response).wrong == "reason"


def test_another_version_than_the_one_that_was_read_is_not_overwritten(
    shop: Shop, people: People, ben: User, client_of: ClientOf
) -> None:
    published(people.adam, FIRST, 30.0, 15.0)
    adam = client_of(people.adam)
    read = adam.get(URL)
    published(ben, FIRST, 40.0, 30.0)

    sent = adam.post(URL, {"reason": "Too slow.", "replaces": str(back(read).base)})

    assert b'name="replaces" value="2"' in read.content
    assert sent.status_code == 409
    assert back(sent).problem.startswith("Not recorded. Ben Ortiz published another policy 0 s ago")
    assert (back(sent).base, back(sent).typed_reason) == (3, "Too slow.")
    assert policy_in_force(fleet=fleet())[0].number == 3


def test_an_open_draft_stands_in_the_way_and_is_named(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    published(people.adam, FIRST, 30.0, 15.0)
    draft_change(fleet=fleet(), user=people.adam, values={FIRST: 40.0}, seen={FIRST: 30.0})
    adam = client_of(people.adam)

    page, sent = words(adam, URL), adam.post(URL, {"reason": "Too slow.", "replaces": "2"})

    assert "A draft with other changes is open; publish it or discard it first." in page
    assert sent.status_code == 409


def test_who_may_not_and_what_is_not_there(shop: Shop, people: People, client_of: ClientOf) -> None:
    published(people.adam, FIRST, 30.0, 15.0)

    assert client_of(people.mona).post(URL, {"reason": "x"}).status_code == 403
    assert client_of(people.otto).post(URL, {"reason": "x"}).status_code == 404
    assert client_of(people.adam).get("/f/shop/policies/9/back/").status_code == 404
    assert client_of(None).post(URL, {"reason": "x"}).status_code == 302
