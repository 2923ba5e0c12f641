"""The pages of the first run, each from what is recorded so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from dashboard.cards.welcome import (
    FleetStep,
    KeyStep,
    NextLink,
    ReviewerStep,
    StepLink,
    WelcomeFrame,
)
from dashboard.display.durations import day_time
from dashboard.pages.people import ROLE_WORDS
from dashboard.pages.undecided import needs_words, undecided_words
from escalations.selectors.judging import mail_is_set_up
from governance.domain.first_run import Step, is_reached
from governance.domain.invitations import LIFETIME
from governance.domain.types import Enforcement, Environment, Role
from governance.selectors.clock import clock_now
from governance.selectors.connecting import asked_since
from governance.selectors.invitations import invitations_open
from governance.selectors.keys import key_named
from governance.selectors.people import members_of
from governance.selectors.policies import policy_in_force
from governance.selectors.second_factor import has_second_factor
from governance.services.first_run import FIRST_SCOPES

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from dashboard.cards.people import LinkCard
    from governance.models import FirstRun, Fleet

PAGES = {
    Step.FLEET: ("Fleet", "welcome-fleet"),
    Step.REVIEWER: ("Reviewer", "welcome-reviewer"),
    Step.KEY: ("Key", "welcome-key"),
    Step.AGENT: ("Agent", "welcome-agent"),
}
_KEY_NAME = "First agent"
_SCOPE_WORDS = {
    "gate": "asks before each task, and starts it",
    "report": "says how a task ended",
    "operate": "makes the agent known; take it away from agents that should not register others",
}


def frame(
    run: FirstRun | None, here: Step | None, *, problem: str = "", wrong: str = ""
) -> WelcomeFrame:
    """Return what stands on every page; ``here`` is None on the page of oneself."""
    yourself = StepLink(
        number=1, label="Yourself", url="", is_done=run is not None, is_current=here is None
    )
    at = Step(run.step) if run else None
    others = (
        StepLink(
            number=number,
            label=label,
            url=reverse(name) if at and is_reached(at, step) and step is not here else "",
            is_done=at is not None and at is not step and is_reached(at, step),
            is_current=step is here,
        )
        for number, (step, (label, name)) in enumerate(PAGES.items(), start=2)
    )
    return WelcomeFrame(steps=(yourself, *others), problem=problem, wrong=wrong)


def fleet_step(
    run: FirstRun, *, name: str = "", slug: str = "", enforcement: str = ""
) -> FleetStep:
    """Return the page of the first fleet: what was typed, or what was made."""
    if run.fleet is None:
        return FleetStep(name=name, slug=slug, enforcement=enforcement or "shadow")
    return FleetStep(
        made=f"{run.fleet.name} is made: {run.fleet.slug} in addresses,"
        f" in mode {run.fleet.enforcement.upper()}."
    )


def reviewer_step(
    run: FirstRun,
    fleet: Fleet,
    *,
    now: datetime,
    email: str = "",
    role: str = Role.REVIEWER,
    link: LinkCard | None = None,
) -> ReviewerStep:
    """Return the page of the second reviewer, with what one person alone cannot do."""
    _, policy = policy_in_force(fleet=fleet)
    sends = (
        "A mail with the link goes out at once."
        if mail_is_set_up()
        else "No mail server is set up: you are shown the link, and hand it over yourself."
    )
    return ReviewerStep(
        whys=(
            "Four eyes need two people: the owner of an agent never decides its tickets.",
            *needs_words(policy),
        ),
        alone=undecided_words(fleet),
        email=email,
        roles=tuple(
            (each.value, ROLE_WORDS[each], each == role) for each in (Role.REVIEWER, Role.MANAGER)
        ),
        sends=f"{sends} It works once, within {LIFETIME.days} days.",
        can_skip=run.step == Step.REVIEWER,
        invited=tuple(
            f"{each.email} as {Role(each.role).one}, until {day_time(each.expires_at)} UTC"
            for each in invitations_open(fleet=fleet, now=now)
        ),
        link=link,
    )


def key_name_free(run: FirstRun, *, now: datetime) -> str:
    """Return `First agent`, or with a number where a living key of the first fleet is called so."""
    name, number = _KEY_NAME, 2
    while run.fleet and key_named(fleet=run.fleet, name=name, now=now):
        name, number = f"{_KEY_NAME} {number}", number + 1
    return name


def key_step(*, name: str = "", environment: str = "", made: str = "", key: str = "") -> KeyStep:
    """Return the page of the first key; ``key`` is its text where it was just made."""
    chosen = environment or Environment.PRODUCTION.value
    return KeyStep(
        name=name,
        environments=tuple((each.value, each.value == chosen) for each in Environment),
        scopes=tuple((each.value, _SCOPE_WORDS[each.value]) for each in FIRST_SCOPES),
        made=made,
        key=key,
    )


def next_links(fleet: Fleet, user: User) -> tuple[NextLink, ...]:
    """Return what is still to do after the first run, the most urgent first."""
    slug = {"fleet": fleet.slug}
    todo = (
        (
            asked_since(fleet=fleet, since=fleet.created_at) is None,
            "First question",
            "No agent has asked yet: run one of the snippets.",
            reverse("fleet-connect", kwargs=slug),
        ),
        (
            len(members_of(fleet=fleet)) == 1,
            "People",
            _alone(bool(invitations_open(fleet=fleet, now=clock_now()))),
            reverse("fleet-people", kwargs=slug),
        ),
        (
            True,
            "Escalation",
            "Who is called, in which order, where nobody answers.",
            reverse("fleet-escalation", kwargs=slug),
        ),
        (
            True,
            "Notifications",
            "How you are reached: on screen, by mail or by chat.",
            reverse("account"),
        ),
        (
            not has_second_factor(user),
            "Second factor",
            "Ask for a code of an app at each of your sign-ins: an admin changes everything.",
            reverse("security"),
        ),
        (
            True,
            "Tools",
            "Describe what tools can do; what neither a tool nor its task states counts as worst.",
            reverse("fleet-tools", kwargs=slug),
        ),
        (
            fleet.enforcement == Enforcement.SHADOW,
            "Shadow",
            "Nothing is held up yet. Read what enforcement would have done, then begin it.",
            reverse("fleet-shadow", kwargs=slug),
        ),
        (
            True,
            "Policy",
            "What needs whom, at which level.",
            reverse("fleet-policy", kwargs=slug),
        ),
    )
    return tuple(
        NextLink(label=label, says=says, url=url) for is_open, label, says, url in todo if is_open
    )


def _alone(is_invited: bool) -> str:
    if is_invited:
        return "Whoever you invited has not joined yet; until then you are alone."
    return "You are alone, and nobody decides the tickets of their own agents: invite somebody."
