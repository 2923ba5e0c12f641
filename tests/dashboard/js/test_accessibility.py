"""Every page in every state, under axe with `target-size`, in both themes, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page

from tests.axe import EVERY_RULE, violations
from tests.dashboard import sample_agents as agents
from tests.dashboard import sample_backtests as backtests
from tests.dashboard import sample_cards as sample
from tests.dashboard import sample_decided as decided
from tests.dashboard import sample_escalation as escalation
from tests.dashboard import sample_incidents as incidents
from tests.dashboard import sample_keys as keys
from tests.dashboard import sample_overview as overview
from tests.dashboard import sample_queue, sample_rights
from tests.dashboard import sample_reached as reached
from tests.dashboard import sample_report as report
from tests.dashboard import sample_rings as rings
from tests.dashboard import sample_service as service
from tests.dashboard import sample_states as states
from tests.dashboard import sample_teams as teams
from tests.dashboard import sample_tokens as tokens
from tests.dashboard import sample_trends as trends
from tests.dashboard import sample_webhooks as webhooks
from tests.dashboard.page_server import PageServer, draw, page_server
from tests.dashboard.sample_audits import AUDITS, NOTHING_DRAWN
from tests.dashboard.sample_detectors import DETECTORS
from tests.dashboard.sample_emergency import CALLED_ROW, EMERGENCY_STATES
from tests.dashboard.sample_events import EVENT, EVENTS, NO_EVENTS
from tests.dashboard.sample_evidence import EVIDENCE, NO_EVIDENCE
from tests.dashboard.sample_health import HEALTH_STATES
from tests.dashboard.sample_holding import HOLDING_STATES
from tests.dashboard.sample_integrity import INTEGRITY_STATES
from tests.dashboard.sample_matrix import MATRIX, NOTHING_ASKED
from tests.dashboard.sample_people import INVITATION_STATES, PEOPLE_STATES
from tests.dashboard.sample_policies import BACK_STATES, POLICIES
from tests.dashboard.sample_policy import POLICY_STATES
from tests.dashboard.sample_retention import RETENTION_STATES
from tests.dashboard.sample_security import SECURITY_PAGES
from tests.dashboard.sample_shadow import NOTHING_LET_PASS, SHADOW, SHADOW_SHELL
from tests.dashboard.sample_shift import SHIFT_STATES
from tests.dashboard.sample_together import TOGETHER_STATES
from tests.dashboard.sample_welcome import CONNECT_ASKED, CONNECT_REFUSED, WELCOME_PAGES

pytestmark = pytest.mark.browser

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "queue": ("queue/index.html", {"queue": sample.QUEUE}),
    "queue-hasty": ("queue/index.html", {"queue": decided.HASTY_QUEUE}),
    "queue-emergency": (
        "queue/index.html",
        {"queue": replace(sample.QUEUE, rows=(CALLED_ROW, *sample.QUEUE.rows[1:]))},
    ),
    "queue-empty": ("queue/index.html", {"queue": sample.EMPTY_QUEUE}),
    "queue-no-match": ("queue/index.html", {"queue": sample_queue.NO_MATCH}),
    "queue-group": ("queue/index.html", {"queue": sample_queue.GROUP}),
    **{
        f"together-{name}": ("together/index.html", {"together": page})
        for name, page in TOGETHER_STATES.items()
    },
    **{
        f"shift-{name}": ("shift/index.html", {"shift": page})
        for name, page in SHIFT_STATES.items()
    },
    **{
        f"health-{name}": ("health/index.html", {"health": page})
        for name, page in HEALTH_STATES.items()
    },
    "events": ("events/index.html", {"events": EVENTS}),
    "events-none": ("events/index.html", {"events": NO_EVENTS}),
    "event": ("events/page.html", {"event": EVENT}),
    "policies": ("policies/index.html", {"policies": POLICIES}),
    **{
        f"policy-back-{name}": ("policies/back.html", {"back": page})
        for name, page in BACK_STATES.items()
    },
    "policy-beside": (
        "policy/index.html",
        {"editor": next(iter(POLICY_STATES.values())), "beside": backtests.BESIDE},
    ),
    "backtests": ("backtest/index.html", {"backtests": backtests.BACKTESTS}),
    "backtests-running": ("backtest/index.html", {"backtests": backtests.BACKTESTS_RUNNING}),
    "backtests-read": ("backtest/index.html", {"backtests": backtests.BACKTESTS_READ}),
    "backtest": ("backtest/page.html", {"backtest": backtests.BACKTEST}),
    "backtest-loosens": ("backtest/page.html", {"backtest": backtests.BACKTEST_LOOSENS}),
    "backtest-running": ("backtest/page.html", {"backtest": backtests.BACKTEST_RUNNING}),
    "backtest-failed": ("backtest/page.html", {"backtest": backtests.BACKTEST_FAILED}),
    "trial": ("backtest/trial.html", {"trial": backtests.TRIAL}),
    "trial-over": ("backtest/trial.html", {"trial": backtests.TRIAL_OVER}),
    "evidence": ("evidence/index.html", {"evidence": EVIDENCE}),
    **{
        f"retention-{name}": ("retention/index.html", {"retention": page})
        for name, page in RETENTION_STATES.items()
    },
    **{
        f"integrity-{name}": ("integrity/index.html", {"integrity": page})
        for name, page in INTEGRITY_STATES.items()
    },
    "removed": ("410.html", {"sentence": "Ticket #12 was removed by retention."}),
    "evidence-nothing": ("evidence/index.html", {"evidence": NO_EVIDENCE}),
    **{
        f"policy-{name}": ("policy/index.html", {"editor": page, "shell": agents.LIVE_SHELL})
        for name, page in POLICY_STATES.items()
    },
    "decided": ("decided/index.html", {"decided": decided.DECIDED}),
    "decided-no-match": ("decided/index.html", {"decided": decided.NO_MATCH}),
    "unstarted": ("decided/unstarted.html", {"unstarted": decided.UNSTARTED}),
    "unstarted-empty": ("decided/unstarted.html", {"unstarted": decided.ALL_STARTED}),
    **{
        f"ticket-{name}": ("ticket/page.html", {"ticket": ticket})
        for name, ticket in {
            **states.TICKET_STATES,
            **HOLDING_STATES,
            **EMERGENCY_STATES,
        }.items()
    },
    "fleet": ("fleet/index.html", {"fleet": agents.FLEET, "shell": agents.LIVE_SHELL}),
    "fleet-halted": ("fleet/index.html", {"fleet": agents.NO_MATCH, "shell": agents.HALTED_SHELL}),
    "fleet-empty": ("fleet/index.html", {"fleet": agents.NO_AGENTS}),
    "fleets": ("fleet/fleets.html", {"fleets": agents.FLEETS}),
    "halt": ("fleet/halt.html", {"shell": agents.LIVE_SHELL}),
    "halt-unexplained": ("fleet/halt.html", {"shell": agents.UNEXPLAINED_SHELL}),
    **{
        f"agent-{name}": ("agent/page.html", {"agent": agent})
        for name, agent in agents.AGENT_STATES.items()
    },
    "overview": ("overview/index.html", {"overview": overview.OVERVIEW}),
    "overview-calm": ("overview/index.html", {"overview": overview.CALM}),
    "service": ("service/index.html", {"service": service.SERVICE}),
    "service-empty": ("service/index.html", {"service": service.NOTHING_ENDED}),
    "audits": ("audits/index.html", {"audits": AUDITS}),
    "audits-nothing": ("audits/index.html", {"audits": NOTHING_DRAWN}),
    "detectors": ("detectors/index.html", {"detectors": DETECTORS}),
    "shadow": ("shadow/index.html", {"shadow": SHADOW, "shell": SHADOW_SHELL}),
    "shadow-nothing": ("shadow/index.html", {"shadow": NOTHING_LET_PASS}),
    "matrix": ("matrix/index.html", {"matrix": MATRIX}),
    "matrix-empty": ("matrix/index.html", {"matrix": NOTHING_ASKED}),
    "trends": ("trends/fleet.html", {"trends": trends.FLEET_TRENDS}),
    "trends-empty": ("trends/fleet.html", {"trends": trends.NOTHING_SUMMED_UP}),
    "agent-trends": ("trends/agent.html", {"trends": trends.AGENT_TRENDS}),
    "agent-trends-compared": ("trends/agent.html", {"trends": trends.COMPARED}),
    "agent-trends-empty": ("trends/agent.html", {"trends": trends.NOTHING_FINISHED}),
    "cascades": ("cascade/index.html", {"cascades": incidents.CASCADES}),
    "cascades-empty": ("cascade/index.html", {"cascades": incidents.NO_CASCADES}),
    **{
        f"cascade-{name}": ("cascade/page.html", {"cascade": cascade})
        for name, cascade in incidents.CASCADE_STATES.items()
    },
    "collusion": ("collusion/index.html", {"collusion": rings.RINGS}),
    "collusion-empty": ("collusion/index.html", {"collusion": rings.NO_RINGS}),
    "ring": ("collusion/page.html", {"ring": rings.RING}),
    "ring-confirmed": ("collusion/page.html", {"ring": rings.RING_CONFIRMED}),
    "teams": ("collusion/teams.html", {"teams": teams.TEAMS}),
    "teams-refused": ("collusion/teams.html", {"teams": teams.REFUSED}),
    "teams-empty": ("collusion/teams.html", {"teams": teams.NO_TEAMS}),
    "graph": ("collusion/graph_index.html", {"graph": rings.FLEET_GRAPH}),
    "graph-empty": ("collusion/graph_index.html", {"graph": rings.NO_PAIRS}),
    "incidents": ("incident/index.html", {"incidents": incidents.INCIDENTS}),
    "incidents-empty": ("incident/index.html", {"incidents": incidents.NO_INCIDENTS}),
    "incident": ("incident/page.html", {"incident": incidents.INCIDENT}),
    "incident-over": ("incident/page.html", {"incident": incidents.INCIDENT_OVER}),
    "escalation": (
        "escalation/index.html",
        {"escalation": escalation.POLICY, "channels": reached.FLEET_CHANNELS},
    ),
    "escalation-refused": ("escalation/index.html", {"escalation": escalation.REFUSED}),
    "escalation-read": ("escalation/index.html", {"escalation": escalation.READ_ONLY}),
    "keys": ("keys/index.html", {"keys": keys.KEYS}),
    "keys-refused": ("keys/index.html", {"keys": keys.REFUSED}),
    "keys-unseen": ("keys/index.html", {"keys": keys.UNSEEN}),
    "key": ("keys/page.html", {"key": keys.KEY}),
    "key-refused": ("keys/page.html", {"key": keys.KEY_REFUSED}),
    "key-ended": ("keys/page.html", {"key": keys.KEY_ENDED}),
    "tokens": ("tokens/index.html", {"tokens": tokens.TOKENS}),
    "tokens-refused": ("tokens/index.html", {"tokens": tokens.REFUSED}),
    "webhooks": ("webhooks/index.html", {"webhooks": webhooks.WEBHOOKS}),
    "webhooks-refused": ("webhooks/index.html", {"webhooks": webhooks.REFUSED}),
    "webhooks-unseen": ("webhooks/index.html", {"webhooks": webhooks.UNSEEN}),
    "rights": ("rights/index.html", {"rights": sample_rights.OWN, "problem": ""}),
    "rights-other": ("rights/index.html", {"rights": sample_rights.OTHER, "problem": ""}),
    "outbound": ("outbound/index.html", {"outbound": webhooks.OUTBOUND}),
    "outbound-refused": ("outbound/index.html", {"outbound": webhooks.OUTBOUND_REFUSED}),
    "outbound-read": ("outbound/index.html", {"outbound": webhooks.OUTBOUND_READ}),
    "webhook": ("webhooks/page.html", {"webhook": webhooks.WEBHOOK}),
    "webhook-read": ("webhooks/page.html", {"webhook": webhooks.WEBHOOK_READ}),
    "webhook-callbacks": ("webhooks/page.html", {"webhook": webhooks.WEBHOOK_CALLBACKS}),
    "webhook-ended": ("webhooks/page.html", {"webhook": webhooks.WEBHOOK_ENDED}),
    "ticket-escalated": (
        "ticket/page.html",
        {
            "ticket": replace(
                sample.TICKET,
                panel=escalation.PANEL_ESCALATED,
                told=escalation.TOLD,
                why_me="",
            )
        },
    ),
    "sign-in": ("account/sign_in.html", {"shell": None, "form": AuthenticationForm()}),
    "sign-in-offers": (
        "account/sign_in.html",
        {"shell": None, "form": AuthenticationForm(), "provider": "Shop ID", "mail_is_on": True},
    ),
    **SECURITY_PAGES,
    "account": (
        "account/index.html",
        {"reached": reached.UNREACHED, "reports": report.NO_REPORTS},
    ),
    "account-unproven": (
        "account/index.html",
        {"reached": reached.UNREACHED, "reports": report.NO_CHANNEL},
    ),
    "report": ("report/index.html", {"report": report.REPORT}),
    "report-under-way": ("report/index.html", {"report": report.UNDER_WAY}),
    "account-told": (
        "account/index.html",
        {
            "shell": replace(sample.SHELL, notices_are_on=True),
            "reached": reached.REACHED,
            "reports": report.REPORTS,
        },
    ),
    "password": ("account/password.html", {"form": PasswordChangeForm(User())}),
    **{
        f"people-{name}": ("people/index.html", {"people": page})
        for name, page in PEOPLE_STATES.items()
    },
    **{
        f"invitation-{name}": ("invitation/index.html", {"shell": None, "invitation": page})
        for name, page in INVITATION_STATES.items()
    },
    **{
        name: (template, {"shell": None, **context})
        for name, (template, context) in WELCOME_PAGES.items()
    },
    "connect": ("connect/index.html", {"connect": CONNECT_REFUSED}),
    "connect-asked": ("connect/index.html", {"connect": CONNECT_ASKED}),
    "invitation-ended": (
        "invitation/ended.html",
        {"shell": None, "sentence": "This invitation was revoked on 2026-03-02 at 12:00 UTC."},
    ),
    "not-found": ("404.html", {"shell": None}),
}
GREETING = '[{"hello": {"payments-prod": 310}}]'
# At which widths, in pixels, each is looked at, and in which theme: both of either are seen.
THEMES = {1440: "light", 360: "dark"}
LOOKS = [(name, width) for name in PAGES for width in THEMES]


@pytest.fixture(scope="module")
def served() -> Iterator[PageServer]:
    with page_server() as pages:
        yield pages


def opened(chromium: Browser) -> Page:
    """Return a page that is greeted, hears nothing more, and does not load itself anew."""
    # Fades are off: half-way colours are no theme.
    page = chromium.new_page(reduced_motion="reduce")
    page.route_web_socket("**/ws/**", lambda socket: socket.send(GREETING))
    # It asks for parts that nobody serves here, and would find itself gone.
    page.add_init_script("sessionStorage.setItem('countersign.afresh', Date.now())")
    return page


@pytest.fixture(scope="module")
def sheet(chromium: Browser) -> Iterator[Page]:
    """One page for all looks."""
    sheet = opened(chromium)
    yield sheet
    sheet.close()


def show(sheet: Page, served: PageServer, name: str, width: int, theme: str = "light") -> None:
    template, context = PAGES[name]
    shown: dict[str, Any] = {"shell": sample.SHELL, "csrf_token": "token", **context}
    served.page("/", draw(template, theme=theme, **shown))
    sheet.set_viewport_size({"width": width, "height": 900})
    sheet.goto(f"{served.url}/")


# Tests of one look follow each other, so that each is drawn and loaded once.
@pytest.fixture(scope="module", params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def look(request: pytest.FixtureRequest, sheet: Page, served: PageServer) -> tuple[str, int]:
    """Show a page in the theme of its width, and say which and how wide."""
    name, width = request.param
    show(sheet, served, name, width, THEMES[width])
    return name, width


def test_axe_finds_nothing(sheet: Page, look: tuple[str, int]) -> None:
    assert violations(sheet, EVERY_RULE) == ""


def test_no_page_is_wider_than_its_window(sheet: Page, look: tuple[str, int]) -> None:
    _, width = look

    assert sheet.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", THEMES)
def test_axe_finds_nothing_in_the_table_of_a_drawn_chart(
    chromium: Browser, served: PageServer, width: int
) -> None:
    sheet = opened(chromium)
    show(sheet, served, "graph", width, THEMES[width])
    sheet.wait_for_selector(".js-line", state="attached")
    sheet.click("[data-chart-table] > summary")

    found = violations(sheet, EVERY_RULE)
    sheet.close()

    assert found == ""
