"""How the installation is doing: a page for managers and admins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.pages.health import UNSEEN, health_page, sees_health
from dashboard.pages.shell import shell_for
from dashboard.views.access import fragment, page
from governance.refusals import ForbiddenError

if TYPE_CHECKING:
    from django.http import HttpResponse

    from dashboard.views.access import PersonRequest


@require_safe
@page
def health(request: PersonRequest) -> HttpResponse:
    """Show how each part is doing; whoever may not see it is told who may."""
    card = health_page(request.user)
    shell = shell_for(request.user, here="health", live=False)
    context = {"shell": shell, "health": card}
    return render(request, "health/index.html", context, status=403 if card.unseen else 200)


@require_safe
@fragment
def parts(request: PersonRequest) -> HttpResponse:
    """Draw the parts alone, as they are now."""
    if not sees_health(request.user):
        raise ForbiddenError(UNSEEN, code="role_too_low")
    return render(request, "health/body.html", {"health": health_page(request.user)})
