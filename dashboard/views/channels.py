"""Channels of a person or a fleet, proven by a code, and a person's quiet hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.urls import reverse

from dashboard.forms.channels import kind_read, time_read
from dashboard.pages.channels import ChannelTyped
from dashboard.pages.reached import HoursTyped, reached_card
from dashboard.views.access import form_only
from dashboard.views.account import account_drawn
from dashboard.views.escalation import policy_drawn
from dashboard.views.posting import not_recorded, posted, refusal_answer
from escalations.services.channel_proof import channel_prove, channel_test
from escalations.services.channels import channel_add, channel_end
from escalations.services.notice_hours import hours_set
from governance.api.problems import kind_of
from governance.selectors.people import fleet_for_person

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from dashboard.views.access import PersonRequest
    from governance.models import Fleet
    from governance.refusals import RefusalError


@form_only
def add(request: HttpRequest, fleet: str = "") -> HttpResponseBase:
    """Add a channel of the person, or of the fleet, with a code on its way to it."""
    return _changed(
        request,
        fleet,
        request.POST.get("kind", ""),
        lambda person, owner: channel_add(
            user=person.user,
            fleet=owner,
            kind=kind_read(person),
            address=person.POST.get("address", "").strip(),
        ),
    )


@form_only
def send_test(request: HttpRequest, channel_id: UUID, fleet: str = "") -> HttpResponseBase:
    """Send a test message, with a new code while the channel is unproven."""
    return _changed(
        request,
        fleet,
        str(channel_id),
        lambda person, owner: channel_test(user=person.user, fleet=owner, channel_id=channel_id),
    )


@form_only
def prove(request: HttpRequest, channel_id: UUID, fleet: str = "") -> HttpResponseBase:
    """Take the code that a channel was sent."""
    return _changed(
        request,
        fleet,
        str(channel_id),
        lambda person, owner: channel_prove(
            user=person.user,
            fleet=owner,
            channel_id=channel_id,
            code=person.POST.get("code", ""),
        ),
    )


@form_only
def end(request: HttpRequest, channel_id: UUID, fleet: str = "") -> HttpResponseBase:
    """End a channel of the person, or of the fleet."""
    return _changed(
        request,
        fleet,
        str(channel_id),
        lambda person, owner: channel_end(user=person.user, fleet=owner, channel_id=channel_id),
    )


@form_only
def hours(request: HttpRequest) -> HttpResponseBase:
    """Set the person's time zone and quiet hours."""

    def make(person: PersonRequest) -> HttpResponseBase:
        hours_set(
            user=person.user,
            zone=person.POST.get("zone", "").strip(),
            quiet_from=time_read(person, "quiet_from"),
            quiet_until=time_read(person, "quiet_until"),
        )
        return JsonResponse({"ok": True})

    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        fields = person.POST
        typed = HoursTyped(
            zone=fields.get("zone", ""),
            begins=fields.get("quiet_from", ""),
            until=fields.get("quiet_until", ""),
            problem=not_recorded(error),
            wrong=error.field,
        )
        return refusal_answer(
            person,
            error,
            lambda: account_drawn(
                person, reached_card(person.user, hours_typed=typed), status=kind_of(error).status
            ),
        )

    return posted(request, page=reverse("account"), make=make, refuse=refuse, part="#hours")


def _changed(
    request: HttpRequest,
    fleet: str,
    form: str,
    change: Callable[[PersonRequest, Fleet | None], object],
) -> HttpResponseBase:
    """Change one channel, and go back to where it is listed: the account, or the policy."""

    def make(person: PersonRequest) -> HttpResponseBase:
        owner = fleet_for_person(user=person.user, slug=fleet)[0] if fleet else None
        change(person, owner)
        return JsonResponse({"ok": True})

    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        typed = ChannelTyped(
            form=form, address=person.POST.get("address", ""), problem=not_recorded(error)
        )
        return refusal_answer(person, error, lambda: _drawn(person, fleet, typed, error))

    home = reverse("fleet-escalation", kwargs={"fleet": fleet}) if fleet else reverse("account")
    return posted(request, page=home, make=make, refuse=refuse, part="#channels")


def _drawn(
    person: PersonRequest, fleet: str, typed: ChannelTyped, error: RefusalError
) -> HttpResponse:
    status = kind_of(error).status
    if fleet:
        return policy_drawn(person, fleet, status=status, channel=typed)
    return account_drawn(person, reached_card(person.user, typed=typed), status=status)
