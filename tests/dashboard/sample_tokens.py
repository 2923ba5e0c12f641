"""Cards of personal tokens, as the views would fill them."""

from __future__ import annotations

from dataclasses import replace

from dashboard.cards.keys import Choice, KeySecret
from dashboard.cards.security import Proof
from dashboard.cards.tokens import TokenForm, TokenLine, TokensPage
from dashboard.display.key_texts import MARKS, TOKEN_LIVES

_TOKEN = f"csp_0a1b2c3d4e5f_{'0123456789abcdef' * 4}"
_LINE = TokenLine(
    token_id="t-1", name="Nightly export of decisions", prefix="0a1b2c3d4e5f", mark=MARKS["live"],
    state="Signs in until 3 Mar 12:00.", used="last used 22 Nov 12:03", made="Made 2 Dec 09:34.",
    revoke_url="/account/tokens/t-1/revoke/", idempotency_key="k-2",
)  # fmt: skip
_ENDED = replace(
    _LINE, name="old", mark=MARKS["revoked"], state="Revoked 1 Mar 08:00.", revoke_url=""
)
_FORM = TokenForm(
    url="/account/tokens/add/", idempotency_key="k-1", name="",
    lives=tuple(
        Choice(value=value, label=label, is_chosen=value == "90")
        for value, label in TOKEN_LIVES.items()
    ),
    proof=Proof(label="Your password"),
)  # fmt: skip
TOKENS = TokensPage(
    lines=(_LINE, replace(_LINE, name="cli", mark=MARKS["soon"])), ended=(_ENDED,), form=_FORM,
    secret=KeySecret(
        token=_TOKEN, title="The token Nightly export of decisions",
        noun="token", holder="the script",
        curl=f'curl -H "Authorization: Bearer {_TOKEN}" https://console.example.org/api/v1/channels',
    ),
)  # fmt: skip
REFUSED = replace(
    TOKENS, lines=(), ended=(), secret=None, problem="Not recorded. Ask again.",
    repeated="This form was sent before: it made one token, and its secret was shown then, once.",
    form=replace(_FORM, wrong="password", problem="Not recorded. Your password is needed."),
)  # fmt: skip
