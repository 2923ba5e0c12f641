"""How a person is reached: their channels, proven by a code, and their quiet hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from dashboard.forms.channels import kind_read, time_read
from dashboard.pages.channels import ChannelTyped
from dashboard.pages.reached import HoursTyped, reached_card
from dashboard.views.account import account_drawn
from dashboard.views.posting import not_recorded, posted, refusal_answer
from escalations.services.channel_proof import channel_prove, channel_test
from escalations.services.channels import channel_add, channel_end
from escalations.services.notice_hours import hours_set
from governance.api.problems import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponseBase

    from dashboard.views.access import PersonRequest
    from governance.refusals import RefusalError


@require_POST
def add(request: HttpRequest) -> HttpResponseBase:
    """Add a channel of the person, with a code on its way to it."""
    return _changed(
        request,
        request.POST.get("kind", ""),
        lambda person: channel_add(
            user=person.user,
            fleet=None,
            kind=kind_read(person),
            address=person.POST.get("address", "").strip(),
        ),
    )


@require_POST
def test(request: HttpRequest, channel_id: UUID) -> HttpResponseBase:
    """Send a test message, with a new code while the channel is unproven."""
    return _changed(
        request,
        str(channel_id),
        lambda person: channel_test(user=person.user, fleet=None, channel_id=channel_id),
    )


@require_POST
def prove(request: HttpRequest, channel_id: UUID) -> HttpResponseBase:
    """Take the code that a channel was sent."""
    return _changed(
        request,
        str(channel_id),
        lambda person: channel_prove(
            user=person.user,
            fleet=None,
            channel_id=channel_id,
            code=person.POST.get("code", ""),
        ),
    )


@require_POST
def end(request: HttpRequest, channel_id: UUID) -> HttpResponseBase:
    """End a channel of the person."""
    return _changed(
        request,
        str(channel_id),
        lambda person: channel_end(user=person.user, fleet=None, channel_id=channel_id),
    )


@require_POST
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
    request: HttpRequest, form: str, change: Callable[[PersonRequest], object]
) -> HttpResponseBase:
    """Change one channel, and go back to the person's account."""

    def make(person: PersonRequest) -> HttpResponseBase:
        change(person)
        return JsonResponse({"ok": True})

    def refuse(person: PersonRequest, error: RefusalError) -> HttpResponseBase:
        typed = ChannelTyped(
            form=form, address=person.POST.get("address", ""), problem=not_recorded(error)
        )
        return refusal_answer(
            person,
            error,
            lambda: account_drawn(
                person, reached_card(person.user, typed=typed), status=kind_of(error).status
            ),
        )

    return posted(request, page=reverse("account"), make=make, refuse=refuse, part="#channels")
