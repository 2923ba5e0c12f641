"""The page that connects an agent: snippets with the real address, and the first answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from dashboard.cards.connect import AskedCard, ConnectCard
from dashboard.display.durations import wire_time
from dashboard.display.wording import Mark
from dashboard.pages.agent_links import agent_url
from dashboard.pages.snippets import snippets_for, stated_words
from dashboard.pages.undecided import undecided_words
from governance.domain.permissions import Action, permitted
from governance.domain.types import Enforcement, Environment, Verdict
from governance.selectors.connecting import asked_since
from governance.selectors.people import membership_role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.contrib.auth.models import User

    from governance.models import ApiKey, Fleet
    from governance.selectors.connecting import Asked

# What stands in a snippet where the page was given no key.
NO_KEY = "cs_..."

_VERDICTS = {
    Verdict.ALLOW: Mark("Allowed", "check", "good"),
    Verdict.ESCALATE: Mark("People are asked", "people", "amber"),
    Verdict.DENY: Mark("Denied", "x", "bad"),
}
_SAYS = {
    Verdict.ALLOW: "It may run now, once, with exactly these arguments.",
    Verdict.ESCALATE: "It waits in the queue for people; the program waits with it.",
    Verdict.DENY: "It does not run, and the agent was told why.",
}
_WOULD = {
    Verdict.ALLOW: "would have allowed it too",
    Verdict.ESCALATE: "would have asked people first",
    Verdict.DENY: "would have denied it",
}


def connect_card(
    fleet: Fleet,
    user: User,
    *,
    origin: str,
    since: datetime,
    key: ApiKey | None = None,
    token: str = "",
    problem: str = "",
) -> ConnectCard:
    """Return what one member needs to connect an agent.

    Args:
        fleet: where to.
        user: who owns the agent of the snippets.
        origin: where the console answers for this browser, without a slash at the end.
        since: the first task from then on is the one that is waited for.
        key: the key whose text was given.
        token: that text, which goes into the snippets and nowhere else.
        problem: why another text was not taken.
    """
    slug = {"fleet": fleet.slug}
    environment = key.environment if key else Environment.PRODUCTION.value
    return ConnectCard(
        fleet_name=fleet.name,
        url=reverse("fleet-connect", kwargs=slug),
        parts_url=asked_url(fleet, since),
        keys_url=_keys_url(fleet, user),
        client_url=f"{origin}{reverse('connect-client')}",
        key=token,
        key_words=f"{key.name}, for {key.environment}" if key else "",
        snippets=snippets_for(
            url=origin,
            key=token or NO_KEY,
            owner=user.get_username(),
            environment=environment,
            run=f"{since:%Y%m%d-%H%M%S}",
        ),
        stated=stated_words(),
        tools_url=reverse("fleet-tools", kwargs=slug),
        asked=asked_card(fleet, since=since),
        undecided=undecided_words(fleet),
        problem=problem,
    )


def _keys_url(fleet: Fleet, user: User) -> str:
    """Return where keys are made; empty for whoever may not."""
    if not permitted(membership_role(user=user, fleet=fleet), Action.KEYS_MANAGE):
        return ""
    return reverse("fleet-keys", kwargs={"fleet": fleet.slug})


def asked_url(fleet: Fleet, since: datetime) -> str:
    """Return where an open page asks whether the first ask has come."""
    path = reverse("fleet-connect-asked", kwargs={"fleet": fleet.slug})
    return f"{path}?{urlencode({'since': wire_time(since)})}"


def asked_card(fleet: Fleet, *, since: datetime) -> AskedCard | None:
    """Return the gate's answer to the first ask from ``since`` on; None while none has come."""
    found = asked_since(fleet=fleet, since=since)
    return None if found is None else _asked(fleet, found)


def _asked(fleet: Fleet, found: Asked) -> AskedCard:
    task, decision = found.task, found.decision
    verdict = Verdict(decision.verdict)
    return AskedCard(
        title=task.title,
        agent_name=task.agent.name,
        agent_url=agent_url("agent", task.agent_id, fleet=fleet.slug),
        verdict=_VERDICTS[verdict],
        sentence=_sentence(verdict, Verdict(decision.would_be), decision.enforcement),
        level=decision.level,
        reasons=tuple(reason["sentence"] for reason in decision.reasons),
        queue_url=reverse("fleet-queue", kwargs={"fleet": fleet.slug})
        if verdict is Verdict.ESCALATE
        else "",
        unstated=_unstated(decision.reasons, task.tool),
        tools_url=reverse("fleet-tools", kwargs={"fleet": fleet.slug}),
    )


def _unstated(reasons: Iterable[Mapping[str, object]], tool: str) -> str:
    if not any(reason["code"] == "blast_unknown" for reason in reasons):
        return ""
    return (
        "What nothing states counts as worst, so the answer is stricter than it need be. State it"
        f" in the task, as the snippets do, or describe {tool} on the page Tools."
    )


def _sentence(verdict: Verdict, would_be: Verdict, enforcement: str) -> str:
    if enforcement != Enforcement.SHADOW:
        return _SAYS[verdict]
    return f"{_SAYS[verdict]} The fleet is in shadow: enforcement {_WOULD[would_be]}."
