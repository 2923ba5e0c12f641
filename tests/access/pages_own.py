"""Who may use the addresses that name no fleet: sign-in, one's own account, all of one's fleets."""

from __future__ import annotations

from tests.access.rows import (
    ALL_FLEETS,
    EVERYBODY,
    SIGNED_IN,
    SOME_FLEET,
    STRANGERS,
    Row,
    Said,
    files,
    form,
    page,
    piece,
)
from tests.access.sending import CHANGE, ROLL_BACK

ROWS: tuple[Row, ...] = (
    # The installation.
    page("healthz", EVERYBODY),
    page("readyz", EVERYBODY),
    page("docs:docs", EVERYBODY),
    page("docs:problems", EVERYBODY),
    # Coming and going.
    page("sign-in", STRANGERS, act=STRANGERS),
    page("account_login", STRANGERS, act=STRANGERS),
    page("mfa_authenticate", STRANGERS, act=STRANGERS),
    # Without an identity provider nobody comes back from one; tests/dashboard/test_provider.py has one.
    page("openid_connect_callback", EVERYBODY, answer=Said.HIDDEN),
    page("password-forgotten", STRANGERS, act=STRANGERS),
    page("password-new", EVERYBODY, act=EVERYBODY),
    form("sign-out", EVERYBODY),
    page("password", SIGNED_IN, act=SIGNED_IN),
    # One's own account.
    page("security", SIGNED_IN),
    form("sessions-end", SIGNED_IN),
    form("mail-change", SIGNED_IN),
    page("second-factor", SIGNED_IN, act=SIGNED_IN),
    form("second-factor-end", SIGNED_IN),
    form("recovery-codes", SIGNED_IN),
    page("tokens", SIGNED_IN),
    form("token-add", SIGNED_IN),
    form("token-revoke", SIGNED_IN, only="adam"),
    form("provider-link", SIGNED_IN),
    form("provider-unlink", SIGNED_IN),
    page("home", EVERYBODY),
    page("account", SIGNED_IN),
    form("notice-hours", SIGNED_IN),
    form("channel-add", SIGNED_IN),
    form("channel-test", SIGNED_IN, only="adam"),
    form("channel-prove", SIGNED_IN, only="adam"),
    form("channel-end", SIGNED_IN, only="adam"),
    form("reports", SIGNED_IN),
    form("keys", SIGNED_IN),
    form("notices", SIGNED_IN),
    form("own-zone", SIGNED_IN),
    # All of one's fleets.
    page("agents", SIGNED_IN),
    page("queue", SIGNED_IN),
    piece("queue-rows", SIGNED_IN),
    piece("queue-calls", SIGNED_IN),
    page("queue-next", SIGNED_IN),
    page("together", SIGNED_IN, act=SIGNED_IN),
    page("together-results", SIGNED_IN, only="rita"),
    page("shift", SIGNED_IN, act=SIGNED_IN),
    page("shift-results", SIGNED_IN, only="rita"),
    page("decided", SIGNED_IN),
    *files("decided", SIGNED_IN),
    page("unstarted", SIGNED_IN),
    *files("unstarted", SIGNED_IN),
    piece("halts", SIGNED_IN),
    # Opened by itself, where a form is sent leads to its page, which asks who comes. The policy of all
    # fleets: every member reads it, who runs every fleet changes it.
    page("policy", SOME_FLEET),
    piece("policy-parts", SOME_FLEET),
    piece("policy-check", SOME_FLEET, method="POST"),
    form("policy-change", ALL_FLEETS, see=EVERYBODY, sends=CHANGE),
    form("policy-publish", ALL_FLEETS, see=EVERYBODY),
    form("policy-agree", ALL_FLEETS, see=EVERYBODY),
    form("policy-decline", ALL_FLEETS, see=EVERYBODY),
    form("policy-discard", ALL_FLEETS, see=EVERYBODY),
    page("policy-versions", SOME_FLEET),
    page("policy-back", SOME_FLEET, act=ALL_FLEETS, sends=ROLL_BACK),
)
