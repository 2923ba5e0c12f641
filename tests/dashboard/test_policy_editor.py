"""The policy editor as the people of a fleet see and use it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from governance.domain.policy import policy_default
from governance.domain.types import Role
from governance.models import Fleet, PolicyDraft
from governance.services.fleets import membership_set
from governance.services.policy_drafts import draft_change, draft_discard, draft_publish
from tests.dashboard.incident import words
from tests.dashboard.people import person
from tests.docs.test_failures import ROOT
from tests.publishing import policy_publish

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from dashboard.cards.policy_editor import FieldRow, PolicyEditor
    from tests.clock import Clock
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/policy/"
DOCS = " ".join((ROOT / "docs" / "policy.md").read_text("utf-8").split())
FIRST, LATCH = "breaker.freeze_first_min", "breaker.latch_trips"
CAP = "breaker.frozen_share_cap"


@pytest.fixture
def ben(people: People) -> User:
    """A second admin of the shop."""
    ben = person("ben", "Ben", "Ortiz")
    membership_set(fleet=people.fleet, user=ben, role=Role.ADMIN, actor="adam")
    return ben


def change(path: str, value: str, seen: str, **more: str) -> dict[str, str]:
    """Return the form of a section with one field typed into."""
    return {"section": "breaker", f"value.{path}": value, f"seen.{path}": seen, **more}


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def shown(response: Any) -> PolicyEditor:
    editor: PolicyEditor = response.context["editor"]
    return editor


def row(response: Any, path: str) -> FieldRow:
    found: list[FieldRow] = []
    for group in shown(response).groups:
        found += group.rows
        found += [cell for line in group.lines for cell in line.cells]
    return next(each for each in found if each.path == path)


def fleet() -> Fleet:
    return Fleet.objects.get(slug="shop")


def draft() -> PolicyDraft:
    return PolicyDraft.objects.get(fleet__slug="shop", ended_at=None)


def drafted(user: User, path: str, value: object, seen: object) -> PolicyDraft:
    return draft_change(fleet=fleet(), user=user, values={path: value}, seen={path: seen})


def test_everybody_in_the_fleet_reads_the_policy_and_only_an_admin_changes_it(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    rita, mona = (client_of(each) for each in (people.rita, people.mona))

    page = words(rita, f"{URL}?section=breaker")
    sent = mona.post(f"{URL}change/", change(FIRST, "20", "15"))

    assert "Only an admin may change the policy; you are a reviewer." in page
    assert "Suspicion limit, tier medium" in page
    assert "Keep in the draft" not in page
    assert sent.status_code == 403
    assert not PolicyDraft.objects.exists()


def test_a_row_says_default_range_meaning_and_where_its_value_comes_from(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    response = client_of(people.adam).get(f"{URL}?section=breaker")

    field = row(response, CAP)
    assert (field.typed, field.unit, field.default) == ("30", "%", "30")
    assert field.allowed == "from 5 to 100"
    assert field.source == "The default of the product."
    assert field.guard == "Each change needs a second admin."


def test_a_change_waits_in_the_draft_and_is_not_in_force(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    adam = client_of(people.adam)

    sent = adam.post(f"{URL}change/", change(FIRST, "20", "15") | change(LATCH, "4", "4"))
    page = adam.get(sent["Location"])

    assert sent.status_code == 302
    assert draft().changes.keys() == {FIRST}
    assert plain(shown(page).said) == "1 field is kept in the draft; nothing is in force yet."
    assert row(page, FIRST).moved == (
        "Draft 20\N{NO-BREAK SPACE}minutes; in force 15\N{NO-BREAK SPACE}minutes."
    )
    assert [line.title for line in shown(page).draft.lines] == ["Freeze, first"]


def test_a_refusal_keeps_every_value_and_says_at_each_field_what_is_wrong(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    form = change(FIRST, "0", "15") | change(LATCH, "2.5", "4") | change(CAP, "much", "30")

    response = client_of(people.adam).post(f"{URL}change/", form)

    assert response.status_code == 422
    assert (row(response, FIRST).typed, row(response, CAP).typed) == ("0", "much")
    assert row(response, LATCH).problem == ("Must be a whole number from 2 to 20 freezes, got 2.5.")
    assert row(response, CAP).problem == "Must be from 5 to 100 %, got much."
    assert {line.url for line in shown(response).problems} == {f"#f-{LATCH}", f"#f-{CAP}"}
    assert not PolicyDraft.objects.exists()


def test_a_refusal_of_a_range_is_listed_in_the_policys_own_sentence(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    response = client_of(people.adam).post(f"{URL}change/", change(FIRST, "0", "15"))

    (line,) = shown(response).problems
    assert line.sentence == ("breaker.freeze_first_min must be from 1 to 1440 minutes, got 0")
    assert row(response, FIRST).problem == "Must be from 1 to 1440 minutes, got 0."


def test_a_contradiction_with_a_field_of_another_section_leads_there(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    form = {
        "q": "no audit",
        "value.approvals.balanced.low": "deny",
        "seen.approvals.balanced.low": "run",
    }

    response = client_of(people.adam).post(f"{URL}change/", form)

    urls = [line.url for line in shown(response).problems]
    assert "/f/shop/policy/?section=approvals#field-approvals.balanced.medium" in urls


def test_two_admins_who_change_different_fields_are_merged_with_a_note(
    shop: Shop, people: People, ben: User, client_of: ClientOf, clock: Clock
) -> None:
    adam = client_of(people.adam)
    read_at = shown(adam.get(f"{URL}?section=breaker")).read_at
    clock.forward(minutes=1)
    drafted(ben, LATCH, 5, 4)
    clock.forward(minutes=2)

    sent = adam.post(f"{URL}change/", change(FIRST, "20", "15", read_at=read_at))
    page = adam.get(sent["Location"])

    assert draft().changes.keys() == {FIRST, LATCH}
    (notice,) = shown(page).notices
    assert plain(notice) == (
        "Ben Ortiz changed “Freezes until a person must release” 2 min ago; what you typed stays."
    )


def test_many_fields_that_another_admin_changed_are_counted(
    shop: Shop, people: People, ben: User, client_of: ClientOf, clock: Clock
) -> None:
    adam = client_of(people.adam)
    read_at = shown(adam.get(URL)).read_at
    clock.forward(minutes=1)
    for path, value, seen in (
        (LATCH, 5, 4),
        (FIRST, 20.0, 15.0),
        ("breaker.latch_window_days", 8.0, 7.0),
        ("breaker.least_failures", 4, 3),
    ):
        drafted(ben, path, value, seen)
    clock.forward(minutes=2)

    page = adam.get(f"{URL}parts/", {"since": read_at, "section": "breaker"})

    assert "Ben Ortiz changed 4 fields, the last 2 min ago; what you typed stays." in plain(
        page.content.decode()
    )


def test_two_admins_who_change_one_field_choose_whose_value_counts(
    shop: Shop, people: People, ben: User, client_of: ClientOf, clock: Clock
) -> None:
    adam = client_of(people.adam)
    drafted(ben, FIRST, 30.0, 15.0)
    clock.forward(minutes=2)

    refused = adam.post(f"{URL}change/", change(FIRST, "20", "15"))

    assert refused.status_code == 409
    clash = row(refused, FIRST).clash
    assert clash is not None
    assert clash.said.replace("\N{NO-BREAK SPACE}", " ") == (
        "Ben Ortiz changed this 2 min ago: 30 minutes, you typed 20 minutes."
    )
    assert (row(refused, FIRST).typed, row(refused, FIRST).seen) == ("20", "30")


def test_a_form_of_a_draft_that_was_discarded_says_by_whom(
    shop: Shop, people: People, ben: User, client_of: ClientOf, clock: Clock
) -> None:
    draft = drafted(people.adam, FIRST, 30.0, 15.0)
    draft_discard(fleet=fleet(), user=ben, version=draft.version)
    clock.forward(minutes=2)

    refused = client_of(people.adam).post(f"{URL}change/", change(FIRST, "20", "30"))

    clash = row(refused, FIRST).clash
    assert clash is not None
    assert clash.said.replace("\N{NO-BREAK SPACE}", " ") == (
        "Ben Ortiz discarded the draft of this 2 min ago: 15 minutes, you typed 20 minutes."
    )


@pytest.mark.parametrize(("choice", "value"), [("mine", 20.0), ("theirs", 30.0)])
def test_the_chosen_value_counts(
    shop: Shop, people: People, ben: User, client_of: ClientOf, choice: str, value: float
) -> None:
    drafted(ben, FIRST, 30.0, 15.0)
    chosen = {f"clash.{FIRST}": choice, f"theirs.{FIRST}": "30"}

    sent = client_of(people.adam).post(f"{URL}change/", change(FIRST, "20", "30") | chosen)

    assert sent.status_code == 302
    assert draft().changes[FIRST]["value"] == value


def test_where_nothing_is_chosen_nothing_is_overwritten(
    shop: Shop, people: People, ben: User, client_of: ClientOf
) -> None:
    drafted(ben, FIRST, 30.0, 15.0)
    unchosen = {f"clash.{FIRST}": "", f"theirs.{FIRST}": "30"}

    sent = client_of(people.adam).post(f"{URL}change/", change(FIRST, "20", "30") | unchosen)

    assert sent.status_code == 409
    assert row(sent, FIRST).clash is not None
    assert draft().changes[FIRST]["value"] == 30.0


def test_a_value_that_came_into_force_under_the_draft_is_shown_beside_it(
    shop: Shop, people: People, ben: User, client_of: ClientOf, clock: Clock
) -> None:
    drafted(people.adam, FIRST, 20.0, 15.0)
    clock.forward(minutes=1)
    breaker = replace(policy_default().breaker, freeze_first_min=30.0)
    moved = replace(policy_default(), breaker=breaker)
    policy_publish(fleet=fleet(), policy=moved, user=people.adam, reason="By the API.")
    adam = client_of(people.adam)

    clash = row(adam.get(f"{URL}?section=breaker"), FIRST).clash
    assert clash is not None
    chosen = {f"clash.{FIRST}": "theirs", f"theirs.{FIRST}": clash.theirs_typed}
    adam.post(f"{URL}change/", change(FIRST, "20", "20") | chosen)

    assert (clash.mine, clash.theirs) == (
        "20\N{NO-BREAK SPACE}minutes",
        "30\N{NO-BREAK SPACE}minutes",
    )
    assert row(adam.get(f"{URL}?section=breaker"), FIRST).moved == ""


def test_a_check_says_what_contradicts_another_field_and_records_nothing(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    form = change("breaker.alarm_share", "90", "20")

    answer = client_of(people.adam).post(f"{URL}check/", form)

    assert answer.json() == {
        "problems": {
            "breaker.alarm_share": "Must be at most 30\N{NO-BREAK SPACE}%,"
            " because of “Frozen share, at most”, got 90."
        }
    }
    assert not PolicyDraft.objects.exists()


def test_fields_are_found_by_any_word_of_title_meaning_and_path(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    page = client_of(people.rita).get(f"{URL}?q=snoozed+ticket")

    assert [each.title for group in shown(page).groups for each in group.rows] == [
        "Time left after a snooze"
    ]
    assert plain(shown(page).found) == "1 field for “snoozed ticket”, of 225."


@pytest.mark.parametrize(
    ("query", "found", "other"),
    [
        ("threshold", {"trust.level_high", "blast.high_from"}, "breaker.early_release_level"),
        ("plain rules", {"breaker.rules.rate_share"}, "breaker.freeze_first_min"),
    ],
)
def test_a_limit_is_found_as_a_threshold_and_a_group_by_its_heading(
    shop: Shop, people: People, client_of: ClientOf, query: str, found: set[str], other: str
) -> None:
    page = shown(client_of(people.rita).get(URL, {"q": query}))

    paths = {each.path for group in page.groups for each in group.rows}
    assert found <= paths
    assert other not in paths


def test_only_what_differs_from_the_default_can_be_shown(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    drafted(people.adam, FIRST, 20.0, 15.0)

    page = client_of(people.rita).get(f"{URL}?changed=1")

    assert [each.path for group in shown(page).groups for each in group.rows] == [FIRST]


@pytest.mark.parametrize(
    ("section", "fields"),
    [("matrix", 9), ("presets", 12), ("approvals", 12), ("trust", 41), ("intake", 6)],
)
def test_every_section_shows_all_its_fields(
    shop: Shop, people: People, client_of: ClientOf, section: str, fields: int
) -> None:
    page = shown(client_of(people.rita).get(f"{URL}?section={section}"))

    cells = [cell for group in page.groups for line in group.lines for cell in line.cells]
    assert len(cells) + sum(len(group.rows) for group in page.groups) == fields


def test_what_others_did_arrives_without_the_fields(
    shop: Shop, people: People, ben: User, client_of: ClientOf, clock: Clock
) -> None:
    rita = client_of(people.rita)
    parts_url = shown(rita.get(URL)).parts_url
    clock.forward(minutes=1)
    made = drafted(ben, FIRST, 20.0, 15.0)
    draft_publish(fleet=fleet(), user=ben, version=made.version, reason="Slow refunds.")
    clock.forward(minutes=3)

    response = rita.get(parts_url)

    (notice,) = shown(response).notices
    assert plain(notice) == "Policy 2 is in force since 12:01, published by Ben Ortiz."
    assert "data-field" not in response.content.decode()


def test_the_documentation_searches_as_the_page_does(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    adam = client_of(people.adam)

    found = shown(adam.get(f"{URL}?q=freeze"))
    changed = shown(adam.get(f"{URL}?changed=1"))
    adam.post(f"{URL}change/", change(CAP, "29", "30"))

    assert "`/f/FLEET/policy/?q=freeze`" in DOCS
    assert "`/f/FLEET/policy/?changed=1`" in DOCS
    assert "take 0.3 for 30 %" in DOCS
    assert (bool(found.groups), changed.groups) == (True, ())
    assert draft().changes[CAP]["base"] == 0.3
