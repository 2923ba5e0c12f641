"""Cards of the first run and of connecting an agent, as the views would fill them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard.cards.connect import AskedCard, ConnectCard
from dashboard.cards.people import LinkCard
from dashboard.cards.welcome import (
    FleetStep,
    KeyStep,
    NextLink,
    ReviewerStep,
    SelfForm,
    StepLink,
    WelcomeFrame,
)
from dashboard.display.wording import Mark
from dashboard.pages.people import ROLE_WORDS
from dashboard.pages.snippets import snippets_for, stated_words

_LABELS = ("Yourself", "Fleet", "Reviewer", "Key", "Agent")


def _frame(here: int, problem: str = "", wrong: str = "") -> WelcomeFrame:
    return WelcomeFrame(
        steps=tuple(
            StepLink(
                number=number, label=label, is_done=number < here, is_current=number == here,
                url=f"/welcome/{label.lower()}/" if 1 < number < here else "",
            )
            for number, label in enumerate(_LABELS, start=1)
        ),
        problem=problem, wrong=wrong,
    )  # fmt: skip


_UNDECIDED = (
    "A ticket waits 15 min at level Critical, 30 min at level High, 4 h at level Medium and 1 d at"
    " level Low. Then it expires and nothing runs: silence is never a yes.",
    "The agent is told that nobody answered in time, which is no denial; it may ask again.",
    "Ada Byron is the only member. The owner of an agent never decides its tickets.",
)
_REVIEWER = ReviewerStep(
    whys=(
        "Four eyes need two people: the owner of an agent never decides its tickets.",
        "Tasks of level High take 2 approvals, by two people.",
    ),
    alone=_UNDECIDED, email="",
    roles=tuple((role.value, words, role.value == "reviewer") for role, words in ROLE_WORDS.items()),
    sends="No mail server is set up: you are shown the link.", can_skip=True, invited=(),
)  # fmt: skip
_KEY = KeyStep(
    name="First agent",
    environments=tuple((each, each == "production") for each in ("sandbox", "production")),
    scopes=(("gate", "asks before each task, and starts it"), ("report", "says how it ended")),
)
CONNECT = ConnectCard(
    fleet_name="Payments", url="/f/payments/connect/", parts_url="/asked/", keys_url="/keys/",
    client_url="/connect/client.py", key="", key_words="",
    snippets=snippets_for(
        url="https://countersign.example", key="cs_...", owner="ada", environment="production",
        run="20261130-120000",
    ),
    stated=stated_words(), tools_url="/f/payments/tools/",
    asked=None, undecided=_UNDECIDED,
)  # fmt: skip
CONNECT_ASKED = replace(
    CONNECT, key="cs_a1b2c3d4e5f6_" + "0" * 64, key_words="First agent, for production",
    asked=AskedCard(
        title="Read order 7", agent_name="First agent", agent_url="/f/payments/agents/a/",
        verdict=Mark("People are asked", "people", "amber"), level="HIGH",
        sentence="It waits in the queue for people; the program waits with it.",
        reasons=("High task, low trust: 2 approvals, one by a manager.",), queue_url="/queue/",
        unstated="What nothing states counts as worst.", tools_url="/f/payments/tools/",
    ),
)  # fmt: skip
CONNECT_REFUSED = replace(CONNECT, problem="Not recorded. No key of Payments has this text.")

WELCOME_PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "welcome-closed": ("welcome/closed.html", {}),
    "welcome-over": ("welcome/over.html", {"sentence": "This installation has people already."}),
    "welcome-self": (
        "welcome/self.html", {"frame": _frame(1), "form": SelfForm(url="/welcome/x/")},
    ),
    "welcome-self-refused": (
        "welcome/self.html",
        {
            "frame": _frame(1),
            "form": SelfForm(
                url="/welcome/x/", username="ada", first_name="Ada", last_name="Byron",
                problem="Not recorded. This password is too common.", wrong="password",
            ),
        },
    ),
    "welcome-fleet": ("welcome/fleet.html", {"frame": _frame(2), "card": FleetStep()}),
    "welcome-fleet-refused": (
        "welcome/fleet.html",
        {
            "frame": _frame(2, "Not recorded. A fleet payments exists already.", "slug"),
            "card": FleetStep(name="Payments", slug="payments", enforcement="enforce"),
        },
    ),
    "welcome-fleet-made": (
        "welcome/fleet.html",
        {"frame": _frame(3), "card": FleetStep(made="Payments is made: payments in addresses.")},
    ),
    "welcome-reviewer": ("welcome/reviewer.html", {"frame": _frame(3), "card": _REVIEWER}),
    "welcome-reviewer-invited": (
        "welcome/reviewer.html",
        {
            "frame": _frame(3),
            "card": replace(
                _REVIEWER, can_skip=False, invited=("ben@shop.example as a reviewer",),
                link=LinkCard(
                    link="https://countersign.example/invitation/" + "x" * 43, is_mailed=False,
                    title="Invitation for ben@shop.example", mailed="Hand the link over yourself.",
                    until="9 Mar 12:00 UTC",
                ),
            ),
        },
    ),
    "welcome-key": ("welcome/key.html", {"frame": _frame(4), "card": _KEY}),
    "welcome-key-made": (
        "welcome/key.html",
        {
            "frame": _frame(4),
            "card": replace(_KEY, made="First agent, for production", key="cs_a_" + "0" * 64),
        },
    ),
    "welcome-agent": ("welcome/agent.html", {"frame": _frame(5), "connect": CONNECT}),
    "welcome-agent-asked": ("welcome/agent.html", {"frame": _frame(5), "connect": CONNECT_ASKED}),
    "welcome-done": (
        "welcome/done.html",
        {
            "fleet_name": "Payments", "fleet_slug": "payments",
            "links": (NextLink(label="Escalation", says="Who is called.", url="/f/p/escalation/"),),
        },
    ),
}  # fmt: skip
