"""Cards of keys, as the views would fill them."""

from __future__ import annotations

from dataclasses import replace

from dashboard.cards.keys import (
    Choice,
    KeyChange,
    KeyForm,
    KeyLine,
    KeyMove,
    KeyPage,
    KeySecret,
    KeysPage,
)
from dashboard.display.key_texts import LIVES, MARKS, OVERLAPS, SCOPES, UNCOUNTED
from tests.dashboard.sample_files import files

PLACE = "/f/payments-prod/keys/"
_LINE = KeyLine(
    name="Orchestrator of the payments platform", prefix="0a1b2c3d4e5f", page_url=f"{PLACE}k-1/",
    mark=MARKS["live"], state="Signs in until 3 Mar 12:00.", scopes="asks, reports, reads",
    environment="production", agents="for 12 agents", limit="at most 6,000 calls a minute",
    usage="About 412 calls in the last minute, 21,309 in the last hour, 401,277 in the last 24 h",
    refused="", used="last used 22 Nov 12:03", made="Made 2 Dec 09:34 by Adam Ito.",
)  # fmt: skip
_SOON = replace(
    _LINE, name="ci", mark=MARKS["soon"], agents="for every agent of the fleet",
    refused="31 calls beyond its limit refused in the last 24 h, 4 in the hour",
)  # fmt: skip
_ROTATED = replace(
    _LINE, mark=MARKS["rotated"], state="Has a successor; signs in until 3 Mar 12:00.",
)  # fmt: skip
_REVOKED = replace(_LINE, name="old", mark=MARKS["revoked"], state="Revoked 1 Mar 08:00.", usage="")
_SCOPES = tuple(
    Choice(value=scope, label=scope, is_chosen=scope in {"gate", "report"}, says=says)
    for scope, (_, says) in SCOPES.items()
)
_FORM = KeyForm(
    url=f"{PLACE}add/", idempotency_key="k-1", name="",
    environments=(
        Choice(value="production", label="production", is_chosen=True),
        Choice(value="staging", label="staging", is_chosen=False),
    ),
    scopes=_SCOPES,
    lives=tuple(
        Choice(value=value, label=label, is_chosen=value == "90") for value, label in LIVES.items()
    ),
    agents="", rate="", known=("refund-bot", "ship-bot"),
)  # fmt: skip
KEYS = KeysPage(
    fleet_name="Payments", lines=(_LINE, _SOON, _ROTATED), ended=(_REVOKED,), more_ended=3,
    form=_FORM, files=files("keys, ended ones too"),
    ending="2 keys end within 14 days, the first, ci, 3 Mar 12:00 UTC: rotate them before.",
)  # fmt: skip
REFUSED = replace(
    KEYS, lines=(), ended=(), more_ended=0, ending="", uncounted=UNCOUNTED,
    form=replace(
        _FORM, name="ci", agents="refund-bot\nghost", rate="many", wrong="agents", more=41,
        problem="Not recorded. The fleet has no agent ghost.",
    ),
)  # fmt: skip
UNSEEN = KeysPage(
    fleet_name="Payments", unseen="Only an admin may issue and revoke keys; you are a manager."
)
_CHANGE = KeyChange(url=f"{PLACE}k-1/change/", idempotency_key="k-2", name=_LINE.name, rate="6000")
_ROTATE = KeyMove(
    url=f"{PLACE}k-1/rotate/", idempotency_key="k-3", says="The successor has the same name.",
    overlaps=tuple(
        Choice(value=value, label=label, is_chosen=value == "24")
        for value, label in OVERLAPS.items()
    ),
)  # fmt: skip
_REVOKE = KeyMove(
    url=f"{PLACE}k-1/revoke/", idempotency_key="k-4",
    says="Whoever signs in with it is refused from the next call on. This is not undone.",
)  # fmt: skip
TOKEN = f"cs_0a1b2c3d4e5f_{'0123456789abcdef' * 4}"
KEY = KeyPage(
    list_url=PLACE, line=_LINE, agents=("refund-bot", "ship-bot"), scopes=_SCOPES,
    former=("Orchestrator of the payments platform (a0b1c2d3e4f5)", f"{PLACE}k-0/"),
    successor=None, change=_CHANGE, rotate=_ROTATE, revoke=_REVOKE,
    secret=KeySecret(
        token=TOKEN, title=f"The key {_LINE.name}",
        curl=f'curl -H "Authorization: Bearer {TOKEN}" https://console.example.org/api/v1/tools',
        then="The former key, a0b1c2d3e4f5, signs in until 3 Mar 12:00 UTC: put this one in now.",
    ),
)  # fmt: skip
KEY_REFUSED = replace(
    KEY, line=_ROTATED, former=None, secret=None, uncounted=UNCOUNTED,
    repeated="This form was sent before: it made one key, and its secret was shown then, once.",
    successor=("Orchestrator of the payments platform (a0b1c2d3e4f5)", f"{PLACE}k-0/"),
    rotate=replace(_ROTATE, why_not="It has a successor already: rotate that one."),
    change=replace(
        _CHANGE, name="", wrong="name", problem="Not recorded. A key needs a name of 1 to 120."
    ),
    revoke=replace(_REVOKE, problem="Not recorded. Ask again."),
)  # fmt: skip
KEY_ENDED = replace(
    KEY, line=_REVOKED, secret=None, agents=(), change=None, rotate=None, revoke=None
)
