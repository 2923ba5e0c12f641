"""Cards of the pages about signing in, in each of their states."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard.cards.security import (
    AppCard,
    AppSetUpCard,
    CodesCard,
    Proof,
    Refused,
    SeatLine,
    SecurityCard,
)

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PROOF = Proof(label="Your password")
SEATS = (
    SeatLine(
        id=1,
        device="Firefox 143 on Linux",
        address="192.0.2.7",
        signed_in_at=NOW - timedelta(hours=3),
        seen_at=NOW,
        is_this=True,
    ),
    SeatLine(
        id=2,
        device="Safari 18 on iPhone",
        address="2001:db8:85a3:8d3:1319:8a2e:370:7348",
        signed_in_at=NOW - timedelta(hours=9),
        seen_at=NOW - timedelta(minutes=40),
        is_this=False,
    ),
)
OFF = SecurityCard(
    username="rita",
    seats=SEATS[:1],
    app=AppCard(since=None),
    mail="",
    mail_helps="You can sign in with it. No mail server is set up.",
    has_password=True,
    proof=PROOF,
)
ON = replace(
    OFF,
    seats=SEATS,
    app=AppCard(since=NOW - timedelta(days=9), used_at=NOW, codes_left=9),
    mail="rita@shop.example",
    provider="Shop ID",
    is_linked=True,
)
LOW = replace(
    ON,
    app=AppCard(since=NOW, codes_left=1, is_required=True),
    has_password=False,
    proof=Proof(label="", why_not="You signed in more than 5 min ago. Sign out and in again."),
)
SET_UP = AppSetUpCard(
    secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    picture="data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=",
    proof=PROOF,
    is_required=True,
)
CODES = CodesCard(
    codes=tuple(f"{number:010d}" for number in range(1234567890, 1234567900)),
    file="data:text/plain;charset=utf-8;base64,MTIzNDU2Nzg5MA==",
    then="From now on each sign-in asks for a code, too.",
)


def refused(form: str, field: str) -> SecurityCard:
    told = Refused(form=form, problem="Not recorded. That is not it.", field=field, mail="rita@")
    return replace(ON, refused=told)


SECURITY_PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "security": ("account/security.html", {"security": OFF}),
    "security-on": ("account/security.html", {"security": ON}),
    "security-low": ("account/security.html", {"security": LOW}),
    **{
        f"security-refused-{form}": ("account/security.html", {"security": refused(form, field)})
        for form, field in {
            "sessions": "session",
            "app": "password",
            "codes": "password",
            "mail": "mail",
            "provider": "password",
        }.items()
    },
    "second-factor": ("account/app.html", {"app": SET_UP}),
    "second-factor-refused": (
        "account/app.html",
        {"app": replace(SET_UP, problem="Not recorded. That is not it.", field="code")},
    ),
    "recovery-codes": ("account/codes.html", {"codes": CODES}),
    "code": ("account/code.html", {"shell": None, "problem": ""}),
    "code-refused": ("account/code.html", {"shell": None, "problem": "That is not the code."}),
    "forgotten": (
        "account/forgotten.html",
        {"shell": None, "problem": "", "is_asked": False, "good_for_min": 60},
    ),
    "forgotten-asked": (
        "account/forgotten.html",
        {"shell": None, "problem": "", "is_asked": True, "good_for_min": 60},
    ),
    "new-password-over": ("account/new_password.html", {"shell": None, "validlink": False}),
    "password-set": ("account/password_set.html", {"shell": None}),
    **{
        f"provider-{why}": (
            "account/provider_refused.html",
            {"shell": None, "why": why, "provider": "Shop ID"},
        )
        for why in ("unknown", "taken", "closed", "failed")
    },
}
