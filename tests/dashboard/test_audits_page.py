"""The audits of a fleet: counted by what became of them, and silent about why while they wait."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.domain.audits import AuditState, AuditVerdict
from governance.events import AuditDrawn
from governance.models import Audit
from governance.services.events import events_publish
from tests.clock import NOON
from tests.dashboard.incident import words
from tests.dashboard.test_agent_audits import WHY, draw

if TYPE_CHECKING:
    from dashboard.cards.audits import AuditsPage
    from tests.dashboard.people import ClientOf, People
    from tests.dashboard.shop import Shop

URL = "/f/shop/audits/"


def page_of(client: Any, query: str = "") -> AuditsPage:
    page: AuditsPage = client.get(f"{URL}{query}").context["audits"]
    return page


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def judge(audit: Audit) -> None:
    Audit.objects.filter(pk=audit.pk).update(by="mona", reason="Wrong order.", settled_at=NOON)


def test_nothing_drawn_is_said(shop: Shop, people: People, client_of: ClientOf) -> None:
    page = page_of(client_of(people.mona))

    assert plain(page.summary) == (
        "In the last 7 days no finished task was drawn for a person to check."
    )
    assert page.lines == ()


def test_audits_are_counted_by_what_became_of_them(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    for verdict in (AuditVerdict.PASSED, AuditVerdict.FAILED, AuditVerdict.UNCLEAR):
        draw(AuditState.SETTLED, verdict)
    draw(AuditState.OPEN)
    draw(AuditState.SKIPPED)
    draw(AuditState.SETTLED, AuditVerdict.PASSED, days_ago=8)

    page = page_of(client_of(people.mona))

    assert plain(page.summary) == (
        "In the last 7 days 5 finished tasks were drawn for a person to check: 2 judged, 1 unclear"
        " or not judged in time, 1 waiting, 1 skipped because enough waited."
    )
    assert page.judged == ("How often work that was checked had failed: not enough data (2 of 10).")
    assert [plain(each.label) for each in page.standings] == [
        "All 5", "Passed 1", "Failed 1", "Unclear 1", "Waiting 1", "Skipped 1",
    ]  # fmt: skip


def test_from_ten_judged_on_the_share_that_failed_is_said(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    for number in range(10):
        draw(AuditState.SETTLED, AuditVerdict.PASSED if number else AuditVerdict.FAILED)

    page = page_of(client_of(people.mona))

    assert plain(page.judged) == "Of 10 tasks that were judged 10 % had failed (n 10)."


def test_who_judged_and_why_is_listed(shop: Shop, people: People, client_of: ClientOf) -> None:
    judge(draw(AuditState.SETTLED, AuditVerdict.FAILED))

    (line,) = page_of(client_of(people.rita)).lines

    assert (line.standing.label, line.by, line.reason) == ("Failed", "Mona Lind", "Wrong order.")
    assert (line.why, line.agent) == ("Drawn by chance.", "refund-bot")


def test_why_it_was_drawn_is_kept_from_those_who_are_to_judge(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    draw(AuditState.OPEN)
    client = client_of(people.rita)

    text = words(client, URL)
    (saved,) = json.loads(b"".join(client.get("/f/shop/audits.json")))

    assert "Drawn by chance." not in text
    assert "Why it was drawn is shown once it is judged." in text
    assert (saved["standing"], saved["why"]) == ("waiting", None)


def test_a_standing_narrows_the_list_and_the_file(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    draw(AuditState.OPEN)
    draw(AuditState.SKIPPED)
    client = client_of(people.mona)

    page = page_of(client, "?range=30d&standing=skipped")
    saved = json.loads(b"".join(client.get(page.files.json_url)))

    assert [each.why for each in page.lines] == [WHY]
    assert page.matching == 1
    assert [row["standing"] for row in saved] == ["skipped"]
    assert page.parts_url == "/f/shop/audits/parts/?range=30d&standing=skipped"
    assert ("standing", "skipped") in page.bar.kept


def test_a_standing_nobody_understands_is_named(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    client = client_of(people.mona)

    text = words(client, f"{URL}?standing=good")
    refused = client.get("/f/shop/audits.csv?standing=good")

    assert "standing cannot be “good”. It takes passed, failed, unclear, waiting, skipped." in text
    assert (refused.status_code, refused.json()["field"]) == (422, "standing")


def test_neither_detectors_nor_the_event_log_say_why_what_waits_was_drawn(
    shop: Shop, people: People, client_of: ClientOf
) -> None:
    audit = draw(AuditState.OPEN)
    events_publish(
        AuditDrawn(
            fleet_id=people.fleet.pk, actor="audits", task_id=uuid4(), agent_id=audit.agent_id,
            outcome_id=audit.outcome_id, probability=0.4242, sentence=audit.sentence, enforced=True,
        ),
        now=NOON,
    )  # fmt: skip
    people.fleet.refresh_from_db()
    client = client_of(people.rita)

    seen = [
        words(client, url)
        for url in (
            "/f/shop/detectors/",
            "/f/shop/events/?name=audit.drawn",
            f"/f/shop/events/{people.fleet.event_seq}/",
        )
    ]

    assert [text for text in seen if audit.sentence in text or "0.4242" in text] == []
    assert "A finished task was drawn for a person to check." in seen[1]
    Audit.objects.update(state=AuditState.SETTLED.value, verdict=AuditVerdict.PASSED.value)
    assert audit.sentence in words(client, "/f/shop/detectors/")


def test_more_audits_cost_no_more_queries(shop: Shop, people: People, client_of: ClientOf) -> None:
    client = client_of(people.mona)
    judge(draw(AuditState.SETTLED, AuditVerdict.PASSED))
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for _ in range(5):
        judge(draw(AuditState.SETTLED, AuditVerdict.FAILED))
        draw(AuditState.OPEN)
    Audit.objects.update(drawn_at=NOON - timedelta(hours=1))

    with CaptureQueriesContext(connection) as many:
        client.get(URL)

    assert len(many) == len(few)
