"""Tables as files: one way to send each of them, and the two routes it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path
from django.views.decorators.http import require_safe

from dashboard.display.sheets import Ending
from dashboard.forms.period import USUAL, period_read
from dashboard.views.access import fragment
from dashboard.views.streaming import file_streamed
from dashboard.views.zones import in_own_zone
from governance.refusals import InvalidFieldError
from governance.selectors.clock import clock_now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from typing import Any

    from django.http import HttpResponseBase
    from django.urls import URLPattern

    from dashboard.display.sheets import Sheet
    from dashboard.forms.moments import Misread
    from dashboard.forms.period import Period
    from dashboard.views.access import PersonRequest

_TYPES = {Ending.CSV: "text/csv", Ending.JSON: "application/json"}


def sheet_paths(route: str, read: Callable[..., Sheet[Any]], name: str) -> list[URLPattern]:
    """Return the routes of a table's files: `ROUTE.csv` as `NAME-csv`, and the same as JSON.

    Args:
        route: the page's own, without the slash at its end.
        read: returns the table of a request, or refuses what its address asks for.
        name: of the page.
    """
    answer = _answer(read)
    return [
        path(f"{route}.{ending}", answer, {"ending": ending}, name=f"{name}-{ending}")
        for ending in Ending
    ]


def _answer(read: Callable[..., Sheet[Any]]) -> Callable[..., HttpResponseBase]:
    @require_safe
    @fragment
    @in_own_zone
    def answer(request: PersonRequest, *args: Any, **place: Any) -> HttpResponseBase:
        ending = Ending(place.pop("ending"))
        sheet = read(request, *args, **place)
        return file_streamed(
            request,
            sheet.lines(ending),
            name=sheet.file_name(ending, at=clock_now()),
            content_type=_TYPES[ending],
        )

    return answer


def period_asked(request: PersonRequest, *, now: datetime, usual: str = USUAL) -> Period:
    """Return the period that an address of a file names, `usual` where it names none.

    Raises:
        InvalidFieldError: for one that nobody understands: a file of another would look right.
    """
    period = period_read(request.GET, now=now, usual=usual)
    misread_refused(period.misread)
    return period


def misread_refused(misread: Iterable[Misread]) -> None:
    """Refuse an address that is not understood in whole.

    Raises:
        InvalidFieldError: for a filter nobody understands: a file with more rows than were asked
            for would pass for what it is not.
    """
    for each in misread:
        raise InvalidFieldError(
            each.sentence, field=each.field, value=each.value, allowed=each.allowed
        )
