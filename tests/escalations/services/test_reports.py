"""Weekly reports by mail: once for each person, fleet and week, whatever dies in between."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from escalations.domain.notifying import NoticeState
from escalations.models import Notice, Report, ReportWish
from escalations.services.channels import channel_end
from escalations.services.notice_hours import hours_set
from escalations.services.notice_sending import notices_send
from escalations.services.reports import reports_ask, reports_plan
from governance.domain.types import Role
from governance.models import Fleet, Membership
from governance.refusals import InvalidFieldError
from tests.escalations.noticing import Courier, channel_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.clock import Clock
    from tests.escalations.people import Crew

pytestmark = pytest.mark.usefixtures("mail_server")
# The tests' noon is that of Monday, 2 March 2026.
DUE = datetime(2026, 3, 9, 7, tzinfo=UTC)


def asked(crew: Crew, clock: Clock) -> None:
    """Let mona ask for the report, and let the next Monday come."""
    channel_of(crew.mona)
    reports_ask(user=crew.mona, slugs=["shop"])
    clock.now = DUE


def test_a_manager_who_asked_is_mailed_each_monday(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    channel = channel_of(crew.mona)
    reports_ask(user=crew.mona, slugs=["shop"])
    clock.now = DUE.replace(hour=6, minute=59)
    early = reports_plan()
    clock.now = DUE

    assert (early, reports_plan()) == (0, 1)
    assert notices_send(channel_id=channel.pk) == 1

    [sent] = mail.outbox
    [report] = Report.objects.all()
    assert sent.to == ["mona@example.test"]
    assert sent.subject.startswith("[Shop] Week 2026-W10: No breaker froze an agent")
    assert "What happened in Shop in week 10 of 2026, 2 Mar to 8 Mar, UTC:" in sent.body
    assert "https://console.example/f/shop/service/?from=2026-03-02T00%3A00Z" in sent.body
    assert sent.message()["Message-ID"] == f"<{report.notice_id}@console.example>"
    assert isinstance(sent, EmailMultiAlternatives)
    [(html, kind)] = sent.alternatives
    assert kind == "text/html"
    assert "No ticket ended." in str(html)
    assert ReportWish.objects.get().next_at == datetime(2026, 3, 16, 7, tzinfo=UTC)


def test_a_report_is_planned_once_however_often_it_is_looked_for(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    asked(crew, clock)

    assert [reports_plan(), reports_plan()] == [1, 0]
    # Turned off and on again on the same morning.
    reports_ask(user=crew.mona, slugs=[])
    reports_ask(user=crew.mona, slugs=["shop"])
    ReportWish.objects.update(next_at=DUE)
    assert reports_plan() == 0
    assert Report.objects.count() == Notice.objects.filter(purpose="report").count() == 1


def test_what_dies_while_it_plans_leaves_the_report_due(
    fleet: Fleet, crew: Crew, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(crew, clock)

    def dies(**_fields: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Report.objects, "create", dies)
        with pytest.raises(SystemExit):
            reports_plan()

    assert ReportWish.objects.get().next_at == DUE
    assert not Notice.objects.filter(purpose="report").exists()
    assert reports_plan() == 1


def test_a_mail_that_was_not_taken_is_sent_again_under_the_same_name(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    asked(crew, clock)
    reports_plan()
    courier = Courier(broken={"mona@example.test"})
    courier.round()
    courier.broken.clear()
    clock.forward(seconds=10)

    assert courier.round() == 1

    [(_, message, notice_id)] = courier.got[-1:]
    assert notice_id == Report.objects.get().notice_id
    assert message.html
    assert Notice.objects.get(purpose="report").attempts == 2


def test_after_weeks_in_which_nothing_ran_only_the_last_is_told(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    asked(crew, clock)
    clock.now = datetime(2026, 3, 25, 15, tzinfo=UTC)

    assert reports_plan() == 1
    assert Report.objects.get().week == "2026-W12"
    assert ReportWish.objects.get().next_at == datetime(2026, 3, 30, 7, tzinfo=UTC)


@pytest.mark.parametrize("ending", ["demoted", "gone", "off", "channel", "archived"])
def test_nothing_is_mailed_that_nobody_may_have_or_wants_any_more(
    ending: str, fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    asked(crew, clock)
    reports_plan()
    notice = Notice.objects.get(purpose="report")
    seat = Membership.objects.filter(user=crew.mona)
    endings: dict[str, tuple[Callable[[], object], str]] = {
        "demoted": (lambda: seat.update(role=Role.REVIEWER.value), "no_member"),
        "gone": (seat.delete, "no_member"),
        "off": (lambda: reports_ask(user=crew.mona, slugs=[]), "not_wanted"),
        "channel": (
            lambda: channel_end(user=crew.mona, fleet=None, channel_id=notice.channel_id),
            "channel_ended",
        ),
        "archived": (lambda: Fleet.objects.update(archived_at=clock.now), "fleet_archived"),
    }
    end, why = endings[ending]
    end()
    courier = Courier()
    courier.round()

    notice.refresh_from_db()
    assert courier.got == []
    assert (notice.state, notice.unsent) == (NoticeState.DROPPED.value, why)


def test_quiet_hours_hold_a_report(fleet: Fleet, crew: Crew, clock: Clock) -> None:
    asked(crew, clock)
    hours_set(user=crew.mona, zone="UTC", quiet_from=time(22), quiet_until=time(8))
    reports_plan()
    courier = Courier()

    assert courier.round() == 0
    clock.now = DUE.replace(hour=8)
    assert courier.round() == 1


def test_without_a_proven_mail_channel_nothing_is_planned_until_the_next_week(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    reports_ask(user=crew.mona, slugs=["shop"])
    clock.now = DUE

    assert reports_plan() == 0
    assert not Report.objects.exists()
    assert ReportWish.objects.get().next_at > DUE


@pytest.mark.parametrize("person", ["rita", "otto"])
def test_only_managers_and_admins_can_ask(
    person: str, fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        reports_ask(user=getattr(crew, person), slugs=["shop"])

    assert (refused.value.field, refused.value.value) == ("fleet", "shop")
    assert not ReportWish.objects.exists()


def test_what_is_asked_for_replaces_what_was_and_keeps_its_day(
    fleet: Fleet, crew: Crew, clock: Clock
) -> None:
    asked(crew, clock)
    reports_ask(user=crew.mona, slugs=["shop", "shop"])

    assert ReportWish.objects.get().next_at == DUE
    assert reports_ask(user=crew.mona, slugs=[]) == frozenset()
    assert not ReportWish.objects.exists()
