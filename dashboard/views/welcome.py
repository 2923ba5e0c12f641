"""The first run of an empty installation: one page a step, each saved when it is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from dashboard.cards.welcome import SelfForm
from dashboard.forms.people import role_read
from dashboard.forms.welcome import enforcement_read, environment_read
from dashboard.pages.welcome import (
    PAGES,
    fleet_step,
    frame,
    key_name_free,
    key_step,
    next_links,
    reviewer_step,
)
from dashboard.views.access import form_of, never_stored, page, request_of_person
from dashboard.views.connect import connect_drawn
from dashboard.views.invitation import person_signed_in
from dashboard.views.people import link_card
from dashboard.views.posting import not_recorded
from governance.api.problems import kind_of
from governance.domain.first_run import Step, is_reached
from governance.domain.types import Role
from governance.refusals import ConflictError, MissingError, RefusalError
from governance.selectors.clock import clock_now
from governance.selectors.first_run import first_run_of, is_empty, welcome_check
from governance.selectors.people import fleets_of
from governance.services.first_run import (
    first_fleet,
    first_key,
    first_reviewer,
    first_reviewer_skip,
    first_run_begin,
    first_run_end,
)

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from dashboard.cards.people import LinkCard
    from dashboard.views.access import PersonRequest
    from governance.models import FirstRun, Fleet

_SELF = ("username", "first_name", "last_name", "email")


@require_safe
def welcome(request: HttpRequest) -> HttpResponseBase:
    """Lead to where the first run is; say where its link is while nobody can sign in."""
    if is_empty():
        return never_stored(render(request, "welcome/closed.html", {}))
    person = request_of_person(request)
    if person is None:
        return never_stored(redirect(f"{reverse('sign-in')}?next={reverse('welcome')}"))
    run = first_run_of(person.user)
    if run is not None:
        return never_stored(redirect(PAGES[Step(run.step)][1]))
    own = [fleet for fleet, role in fleets_of(user=person.user) if role is Role.ADMIN]
    if not own:
        return never_stored(redirect("queue"))
    return never_stored(redirect("fleet-connect", fleet=own[0].slug))


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, token: str) -> HttpResponseBase:
    """Let whoever holds the link of an empty installation make themselves its first admin."""
    try:
        welcome_check(token)
        answer = _begun(request, token) if request.method == "POST" else _self(request, token)
    except MissingError as error:
        status = 404 if error.code == "welcome_unknown" else 410
        answer = render(request, "welcome/over.html", {"sentence": error.sentence}, status=status)
    except RefusalError as error:
        answer = _self(request, token, error)
    answer["Referrer-Policy"] = "strict-origin"
    return never_stored(answer)


def _begun(request: HttpRequest, token: str) -> HttpResponse:
    user = first_run_begin(
        token=token,
        **{name: request.POST.get(name, "").strip() for name in _SELF},
        password=request.POST.get("password", ""),
    )
    return person_signed_in(request, user, to=reverse("welcome-fleet"))


def _self(request: HttpRequest, token: str, error: RefusalError | None = None) -> HttpResponse:
    form = SelfForm(
        url=reverse("welcome-begin", kwargs={"token": token}),
        **{name: request.POST.get(name, "")[:254] for name in _SELF},
        problem=not_recorded(error) if error else "",
        wrong=error.field if error else "",
    )
    context = {"frame": frame(None, None), "form": form}
    return render(
        request, "welcome/self.html", context, status=kind_of(error).status if error else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
def fleet(request: PersonRequest) -> HttpResponseBase:
    """Make the first fleet."""

    def make() -> HttpResponseBase:
        first_fleet(
            user=request.user,
            name=request.POST.get("name", "").strip(),
            slug=request.POST.get("slug", "").strip(),
            enforcement=enforcement_read(request),
        )
        return redirect("welcome-reviewer")

    def draw(run: FirstRun, error: RefusalError | None) -> HttpResponse:
        typed = {name: request.POST.get(name, "")[:120] for name in ("name", "slug", "enforcement")}
        return _drawn(request, run, Step.FLEET, {"card": fleet_step(run, **typed)}, error)

    return _step(request, Step.FLEET, make, draw)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def reviewer(request: PersonRequest) -> HttpResponseBase:
    """Invite a second person and show the link, this once."""

    def make() -> HttpResponseBase:
        made, token = first_reviewer(
            user=request.user, email=request.POST.get("email", ""), role=role_read(request, "role")
        )
        return shown(_run(request), None, link=link_card(request, made, token))

    def shown(
        run: FirstRun, error: RefusalError | None, *, link: LinkCard | None = None
    ) -> HttpResponse:
        card = reviewer_step(
            run,
            _fleet(run),
            now=clock_now(),
            email=request.POST.get("email", "")[:254] if error else "",
            role=request.POST.get("role", Role.REVIEWER.value),
            link=link,
        )
        return _drawn(request, run, Step.REVIEWER, {"card": card}, error)

    return _step(request, Step.REVIEWER, make, shown)


@form_of("welcome-reviewer")
@page
def alone(request: PersonRequest) -> HttpResponseBase:
    """Go on without a second person; on a page that is past it, just go on."""
    try:
        first_reviewer_skip(user=request.user)
    except ConflictError:
        return redirect("welcome")
    return redirect("welcome-key")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def key(request: PersonRequest) -> HttpResponseBase:
    """Make the first key and show it, this once."""

    def make() -> HttpResponseBase:
        made, token = first_key(
            user=request.user,
            name=request.POST.get("name", "").strip(),
            environment=environment_read(request),
        )
        card = key_step(made=f"{made.name}, for {made.environment}", key=token)
        return _drawn(request, _run(request), Step.KEY, {"card": card}, None)

    def draw(run: FirstRun, error: RefusalError | None) -> HttpResponse:
        name = request.POST.get("name", key_name_free(run, now=clock_now()))[:120]
        card = key_step(name=name, environment=request.POST.get("environment", ""))
        return _drawn(request, run, Step.KEY, {"card": card}, error)

    return _step(request, Step.KEY, make, draw)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def agent(request: PersonRequest) -> HttpResponseBase:
    """Show what to paste, with the key that the page before hands on."""
    run = _run(request)
    if not is_reached(Step(run.step), Step.AGENT):
        return redirect("welcome")
    card, status = connect_drawn(request, _fleet(run), since=run.started_at)
    context = {"frame": frame(run, Step.AGENT), "connect": card}
    return render(request, "welcome/agent.html", context, status=status)


@form_of("welcome-agent")
@page
def end(request: PersonRequest) -> HttpResponseBase:
    """End the first run and say what to do next."""
    try:
        found = first_run_end(user=request.user)
    except ConflictError:
        return redirect("welcome")
    links = next_links(found, request.user)
    context = {"fleet_name": found.name, "links": links, "fleet_slug": found.slug}
    return render(request, "welcome/done.html", context)


def _step(request: PersonRequest, step: Step, make: Any, draw: Any) -> HttpResponseBase:
    """Do what a step's form asks for, or draw the step; a step that is not reached leads back."""
    run = _run(request)
    if not is_reached(Step(run.step), step):
        return redirect("welcome")
    if request.method != "POST":
        drawn: HttpResponseBase = draw(run, None)
        return drawn
    try:
        made: HttpResponseBase = make()
    except MissingError:
        raise
    except RefusalError as error:
        refused: HttpResponseBase = draw(run, error)
        return refused
    return made


def _run(request: PersonRequest) -> FirstRun:
    """Return the person's first run.

    Raises:
        MissingError: for whoever began none, or ended it.
    """
    run = first_run_of(request.user)
    if run is None:
        raise MissingError("You have no first run that goes on.", code="no_first_run")
    return run


def _fleet(run: FirstRun) -> Fleet:
    if run.fleet is None:
        raise MissingError("The first run has no fleet.", code="no_first_run")
    return run.fleet


def _drawn(
    request: PersonRequest,
    run: FirstRun,
    step: Step,
    context: dict[str, Any],
    error: RefusalError | None,
) -> HttpResponse:
    around = frame(
        run,
        step,
        problem=not_recorded(error) if error else "",
        wrong=error.field if error else "",
    )
    status = kind_of(error).status if error else 200
    name = f"welcome/{step.value.lower()}.html"
    return render(request, name, {"frame": around, **context}, status=status)
