"""The tool registry: read by every member, confirmed and imported by admins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard.display.figures import plural
from dashboard.pages.shell import shell_for
from dashboard.pages.tools import import_card, tools_page
from dashboard.views.access import form_only, never_stored, page, request_of_person, sign_in_first
from dashboard.views.posting import effect, made_once, not_recorded, posted, refusal_answer
from governance.api.problems import kind_of
from governance.refusals import InvalidFieldError, RefusalError
from governance.selectors.clock import clock_now
from governance.selectors.people import fleet_for_person
from governance.services.tool_imports import tools_import
from governance.services.tools import tool_confirm_id

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

    from dashboard.cards.tools import ImportCard
    from dashboard.views.access import PersonRequest
    from governance.services.tool_imports import Imported

LARGEST_BYTES = 1_000_000
NAMED = 8


@require_safe
@page
def tools(request: PersonRequest, fleet: str) -> HttpResponse:
    """Show every tool of the fleet."""
    return _shown(request, fleet)


@form_only
def confirm(request: HttpRequest, fleet: str, tool_id: UUID) -> HttpResponseBase:
    """Put one description in force, exactly the one that was shown."""

    def make(person: PersonRequest) -> HttpResponse:
        seat, _ = fleet_for_person(user=person.user, slug=fleet)
        sha256 = person.POST.get("sha256", "")

        def call() -> JsonResponse:
            tool = tool_confirm_id(fleet=seat, user=person.user, tool_id=tool_id, sha256=sha256)
            at = tool.confirmed_at or clock_now()
            return effect(at, f"{tool.name} is in force.", in_force=True)

        return made_once(person, sha256, call)

    return posted(
        request,
        page=reverse("fleet-tools", kwargs={"fleet": fleet}),
        make=make,
        refuse=lambda person, error: _refused(person, error, fleet),
    )


@form_only
def importing(request: HttpRequest, fleet: str) -> HttpResponseBase:
    """Read an MCP list and answer with the page, which says what became of it."""
    signed_in = request_of_person(request)
    if signed_in is None:
        return never_stored(sign_in_first(request, reverse("fleet-tools", kwargs={"fleet": fleet})))
    try:
        return never_stored(_imported(signed_in, fleet))
    except RefusalError as error:
        return never_stored(_refused_import(signed_in, error, fleet))


def _imported(request: PersonRequest, slug: str) -> HttpResponse:
    fleet, role = fleet_for_person(user=request.user, slug=slug)
    text = _text(request)
    # Importing the same list twice changes nothing, so it needs no key of its own.
    found = tools_import(fleet=fleet, user=request.user, text=text)
    card = import_card(
        fleet, role, said=_said(found), unread=tuple(each.sentence for each in found.problems)
    )
    return _shown(request, slug, importing=card)


def _text(request: PersonRequest) -> str:
    """Return the list that was chosen as a file, or else typed.

    Raises:
        InvalidFieldError: for one that is too large or no text.
    """
    sent = request.FILES.get("file")
    if sent is None:
        return request.POST.get("tools", "")
    if sent.size is None or sent.size > LARGEST_BYTES:
        message = f"The file must be at most {LARGEST_BYTES:,} bytes."
        raise InvalidFieldError(message, field="file", allowed=f"at most {LARGEST_BYTES} bytes")
    try:
        text: str = sent.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = "The file is not UTF-8 text."
        raise InvalidFieldError(message, field="file", allowed="JSON in UTF-8") from error
    return text


def _said(found: Imported) -> str:
    read = len(found.new) + len(found.changed) + len(found.unchanged)
    parts = [f"{plural(read, 'tool')} read"]
    for what, names in (("new", found.new), ("changed", found.changed)):
        if names:
            more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
            parts.append(f"{len(names)} {what} ({', '.join(names[:NAMED])}{more})")
    if found.unchanged:
        parts.append(f"{len(found.unchanged)} as they were")
    waits = " What is new or changed waits for an admin." if found.new or found.changed else ""
    return f"{'; '.join(parts)}.{waits}"


def _refused(request: PersonRequest, error: RefusalError, slug: str) -> HttpResponseBase:
    def draw() -> HttpResponse:
        return _shown(request, slug, problem=not_recorded(error), status=kind_of(error).status)

    return refusal_answer(request, error, draw)


def _refused_import(request: PersonRequest, error: RefusalError, slug: str) -> HttpResponseBase:
    def draw() -> HttpResponse:
        fleet, role = fleet_for_person(user=request.user, slug=slug)
        card = import_card(
            fleet, role, problem=not_recorded(error), typed=request.POST.get("tools", "")
        )
        return _shown(request, slug, importing=card, status=kind_of(error).status)

    return refusal_answer(request, error, draw)


def _shown(
    request: PersonRequest,
    slug: str,
    *,
    importing: ImportCard | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    fleet, role = fleet_for_person(user=request.user, slug=slug)
    card = tools_page(fleet, role, importing=importing, problem=problem)
    shell = shell_for(request.user, here="tools", fleet=slug, live=False)
    return render(request, "tools/index.html", {"shell": shell, "tools": card}, status=status)
