"""A draft of the policy as a whole: published, proposed, agreed to, declined, discarded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.domain.types import Role
from governance.models import Fleet, PolicyDraft
from governance.selectors.policies import policy_in_force
from governance.services.fleets import membership_set
from governance.services.policy_drafts import (
    draft_agree,
    draft_change,
    draft_discard,
    draft_publish,
)
from tests.dashboard.people import person

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from dashboard.cards.policy_editor import PolicyEditor
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/policy/"
FIRST, CAP = "breaker.freeze_first_min", "breaker.frozen_share_cap"
FORMS = ("change", "check", "publish", "agree", "decline", "discard")


@pytest.fixture
def ben(people: People) -> User:
    """A second admin of the shop."""
    ben = person("ben", "Ben", "Ortiz")
    membership_set(fleet=people.fleet, user=ben, role=Role.ADMIN, actor="adam")
    return ben


def shown(response: Any) -> PolicyEditor:
    editor: PolicyEditor = response.context["editor"]
    return editor


def fleet() -> Fleet:
    return Fleet.objects.get(slug="shop")


def draft() -> PolicyDraft:
    return PolicyDraft.objects.get(fleet__slug="shop", ended_at=None)


def drafted(user: User, path: str, value: object, seen: object) -> PolicyDraft:
    return draft_change(fleet=fleet(), user=user, values={path: value}, seen={path: seen})


def proposed(user: User) -> PolicyDraft:
    """Return a draft that lets more of the fleet be frozen, and waits for a second admin."""
    made = drafted(user, CAP, 0.4, 0.3)
    return draft_publish(fleet=fleet(), user=user, version=made.version, reason="Spring sale.")


def sent(client: Any, name: str, version: int, **fields: str) -> Any:
    return client.post(f"{URL}{name}/", {"draft": str(version), "section": "breaker", **fields})


def test_a_draft_is_published_with_a_reason(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    made = drafted(people.adam, FIRST, 20.0, 15.0)
    adam = client_of(people.adam)

    response = sent(adam, "publish", made.version, reason="Refunds freeze too late.")

    page = shown(adam.get(response["Location"]))
    assert response["Location"] == f"{URL}?section=breaker&done=published"
    assert page.said == "Published: it is in force."
    assert "Adam Weiss" in page.summary
    assert (page.reason, page.drafted) == ("Refunds freeze too late.", "")
    assert (page.draft.lines, page.section) == ((), "breaker")


def test_without_a_reason_nothing_is_published(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    made = drafted(people.adam, FIRST, 20.0, 15.0)

    response = sent(client_of(people.adam), "publish", made.version, reason=" ")

    card = shown(response).draft
    assert response.status_code == 422
    assert (card.problem, card.wrong) == ("Not recorded. A new policy needs a reason.", "reason")
    assert policy_in_force(fleet=fleet())[0].number == 1


def test_what_somebody_added_since_it_was_read_is_not_published_unseen(
    shop: Shop, people: People, ben: User, client_of: ClientOf, clock: Clock
) -> None:
    read = drafted(people.adam, FIRST, 20.0, 15.0)
    drafted(ben, "breaker.freeze_cap_h", 48.0, 24.0)
    clock.forward(minutes=2)

    response = sent(client_of(people.adam), "publish", read.version, reason="Mine alone.")

    card = shown(response).draft
    assert response.status_code == 409
    assert card.problem == "Not recorded. Ben Ortiz changed the draft 2 min ago."
    assert card.typed_reason == "Mine alone."
    assert policy_in_force(fleet=fleet())[0].number == 1


def test_the_proposer_sees_why_another_admin_must_agree(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    made = proposed(people.adam)
    adam = client_of(people.adam)

    page = adam.get(URL)
    card = shown(page).draft
    response = sent(adam, "agree", made.version)

    assert card.agree is not None
    assert card.agree.why_off == "You proposed it; another admin must agree."
    assert "A further change takes the proposal back." in page.content.decode()
    assert card.proposal.startswith("Proposed by you just now.")
    assert response.status_code == 403


def test_the_second_admin_sees_who_what_and_why_and_agrees(
    shop: Shop, people: People, ben: User, client_of: ClientOf, clock: Clock
) -> None:
    made = proposed(people.adam)
    clock.forward(minutes=3)
    browser = client_of(ben)

    card = shown(browser.get(URL)).draft
    sent(browser, "agree", made.version)

    (line,) = card.lines
    assert card.proposal.replace("\N{NO-BREAK SPACE}", " ").startswith(
        "Proposed by Adam Weiss 3 min ago."
    )
    assert (line.title, line.needs_second) == ("Frozen share, at most", True)
    assert card.proposal_reason == "Spring sale."
    version, policy = policy_in_force(fleet=fleet())
    assert (version.agreed_by, policy.breaker.frozen_share_cap) == ("ben", 0.4)
    assert "in force: Adam Weiss (agreed to by Ben Ortiz), " in shown(browser.get(URL)).summary


def test_a_proposer_who_is_no_admin_any_longer_is_told_instead_of_agreed_with(
    shop: Shop, people: People, ben: User, client_of: ClientOf
) -> None:
    made = proposed(people.adam)
    membership_set(fleet=fleet(), user=people.adam, role=Role.MANAGER, actor="ben")
    browser = client_of(ben)

    card = shown(browser.get(URL)).draft
    response = sent(browser, "agree", made.version)

    assert card.agree is not None
    assert card.agree.why_off == (
        "Adam Weiss may not change this policy any longer; decline it and propose it anew."
    )
    assert response.status_code == 409
    assert policy_in_force(fleet=fleet())[0].number == 1


def test_who_set_a_guarded_field_of_it_cannot_agree_and_reads_which(
    shop: Shop, people: People, ben: User, client_of: ClientOf
) -> None:
    drafted(ben, CAP, 0.4, 0.3)
    made = drafted(people.adam, FIRST, 20.0, 15.0)
    made = draft_publish(
        fleet=fleet(), user=people.adam, version=made.version, reason="Both of us."
    )
    browser = client_of(ben)

    card = shown(browser.get(URL)).draft
    response = sent(browser, "agree", made.version)

    assert card.agree is not None
    assert card.agree.why_off == (
        "You changed “Frozen share, at most”; an admin who did not must agree. If there is none,"
        " set “Frozen share, at most” back to what is in force and let the rest be published; then"
        " propose “Frozen share, at most” alone."
    )
    assert "You changed “Frozen share, at most”, which" in shown(response).draft.problem


def test_a_declined_draft_stays_open_with_the_word_of_who_declined(
    shop: Shop, people: People, ben: User, client_of: ClientOf
) -> None:
    made = proposed(people.adam)

    unsaid = sent(client_of(ben), "decline", made.version, reason="")
    sent(client_of(ben), "decline", made.version, reason="Not before the audit.")

    card = shown(client_of(people.adam).get(URL)).draft
    assert (unsaid.status_code, shown(unsaid).draft.wrong) == (422, "decline")
    assert (card.declined, card.declined_reason) == (
        "Sent back by Ben Ortiz:",
        "Not before the audit.",
    )
    assert (card.proposal, draft().state) == ("", "open")


def test_a_discarded_draft_is_gone(shop: Shop, people: People, client_of: ClientOf) -> None:
    made = drafted(people.adam, FIRST, 20.0, 15.0)
    adam = client_of(people.adam)

    response = sent(adam, "discard", made.version)

    page = shown(adam.get(response["Location"]))
    assert page.said == "The draft is discarded. Nothing of it was in force."
    assert page.draft.lines == ()


@pytest.mark.parametrize("name", FORMS)
def test_outsiders_find_no_form_and_strangers_sign_in(
    people: People, client_of: ClientOf, name: str
) -> None:
    headers = {"Accept": "application/json"}

    outside = client_of(people.otto).post(f"{URL}{name}/", {}, headers=headers)
    strange = client_of(None).post(f"{URL}{name}/", {}, headers=headers)

    assert (outside.status_code, strange.status_code) == (404, 401)


@pytest.mark.parametrize("name", [each for each in FORMS if each not in ("change", "check")])
def test_only_an_admin_moves_a_draft(
    shop: Shop, people: People, client_of: ClientOf, name: str
) -> None:
    made = drafted(people.adam, FIRST, 20.0, 15.0)

    response = sent(client_of(people.mona), name, made.version, reason="I would.")

    assert response.status_code == 403
    assert draft().version == made.version


def test_the_longest_section_asks_no_more_of_the_database_than_the_shortest(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    adam = client_of(people.adam)
    adam.get(f"{URL}?section=trust")

    with CaptureQueriesContext(connection) as short:
        adam.get(f"{URL}?section=audits")
    with CaptureQueriesContext(connection) as long:
        adam.get(f"{URL}?section=trust")

    assert len(short) == len(long)


def test_the_proposer_hears_on_the_open_page_that_another_admin_agreed(
    shop: Shop, people: People, ben: User, client_of: ClientOf, clock: Clock
) -> None:
    made = proposed(people.adam)
    adam = client_of(people.adam)
    page = shown(adam.get(f"{URL}?section=breaker"))
    clock.forward(minutes=2)
    draft_agree(fleet=fleet(), user=ben, version=made.version)

    after = shown(adam.get(page.parts_url))

    (notice,) = after.notices
    assert notice == "Policy 2 is in force since 12:02, published by you, agreed to by Ben Ortiz."
    assert after.stand != page.stand
    assert [link.changes for link in page.sections if link.changes] == [1]
    assert not any(link.changes for link in after.sections)


def test_the_proposer_hears_on_the_open_page_that_another_admin_declined(
    shop: Shop, people: People, ben: User, client_of: ClientOf, clock: Clock
) -> None:
    made = proposed(people.adam)
    adam = client_of(people.adam)
    parts_url = shown(adam.get(f"{URL}?section=breaker")).parts_url
    before = adam.get(parts_url).content.decode()
    clock.forward(minutes=2)
    sent(client_of(ben), "decline", made.version, reason="Not before the audit.")

    after = adam.get(parts_url)

    assert shown(after).notices == ("Ben Ortiz declined the proposal; the draft stays open.",)
    further = "A further change takes the proposal back."
    assert further in before
    assert further not in after.content.decode()


def test_a_long_reason_is_read_whole_by_who_agrees_and_folded_in_the_head(
    shop: Shop, people: People, ben: User, client_of: ClientOf
) -> None:
    made = drafted(people.adam, CAP, 0.4, 0.3)
    reason = f"Because {'of refunds and ' * 130}of all."
    made = draft_publish(fleet=fleet(), user=people.adam, version=made.version, reason=reason)
    asked = client_of(ben).get(URL).content.decode()
    draft_agree(fleet=fleet(), user=ben, version=made.version)
    drafted(people.adam, FIRST, 20.0, 15.0)

    page = client_of(ben).get(URL).content.decode()
    versions = client_of(ben).get("/f/shop/policies/").content.decode()

    assert 1_900 < len(reason) <= 2_000
    assert f"“{reason}”" in asked
    assert f"“{reason}”" in versions
    assert f"[folded: {len(reason):,}" in page
    assert "1\N{NO-BREAK SPACE}change in the draft, not in force." in page


def test_a_discarded_draft_is_told_to_those_who_have_the_page_open(
    shop: Shop, people: People, ben: User, client_of: ClientOf, clock: Clock
) -> None:
    made = drafted(people.adam, FIRST, 20.0, 15.0)
    adam = client_of(people.adam)
    parts_url = shown(adam.get(URL)).parts_url
    clock.forward(minutes=2)
    draft_discard(fleet=fleet(), user=ben, version=made.version)

    (notice,) = shown(adam.get(parts_url)).notices

    assert notice == "Ben Ortiz discarded the draft just now."


def test_hidden_characters_of_a_reason_are_named_at_the_head_of_the_page(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    made = drafted(people.adam, FIRST, 20.0, 15.0)
    draft_publish(
        fleet=fleet(), user=people.adam, version=made.version, reason="for \u202erefunds."
    )

    page = client_of(people.rita).get(URL).content.decode()

    assert "\u202e" not in page
    assert "“for <mark>U+202E</mark>refunds.”" in page


@pytest.mark.parametrize("name", [each for each in FORMS if each != "check"])
def test_the_address_of_a_form_leads_to_the_page_it_was_sent_from(
    people: People, client_of: ClientOf, name: str
) -> None:
    response = client_of(people.adam).get(f"{URL}{name}/?section=pace")

    assert (response.status_code, response["Location"]) == (302, f"{URL}?section=pace")


def test_a_form_is_sent_with_what_of_the_policy_is_shown(
    people: People, client_of: ClientOf
) -> None:
    proposed(people.adam)

    page = shown(client_of(people.adam).get(f"{URL}?section=pace"))

    assert page.change_url == f"{URL}change/?section=pace"
    assert page.draft.decline is not None
    assert page.draft.decline.url == f"{URL}decline/?section=pace"


def counted(response: Any) -> int | None:
    """Return the count at the navigation's entry of the policy."""
    links = [link for group in response.context["shell"].nav for link in group.links]
    count: int | None = next(link.count for link in links if link.label == "Policy")
    return count


def test_a_waiting_proposal_is_told_to_whoever_may_agree_and_on_the_overview(
    shop: Shop, people: People, ben: User, client_of: ClientOf
) -> None:
    made = proposed(people.adam)
    overview = "/f/shop/overview/"

    first = client_of(ben).get(overview)

    line = first.context["overview"].changes[0]
    assert line.sentence == "1 policy proposal waits for a second admin, proposed by Adam Weiss:"
    assert (line.quote, line.url) == ("Spring sale.", URL)
    assert counted(first) == 1
    assert counted(client_of(people.adam).get(overview)) is None
    assert counted(client_of(people.rita).get(overview)) is None

    draft_agree(fleet=fleet(), user=ben, version=made.version)

    after = client_of(ben).get(overview)
    assert counted(after) is None
    assert "proposal" not in after.context["overview"].changes[0].sentence
