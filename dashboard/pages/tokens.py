"""The page of a person's own tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from dashboard.cards.tokens import TokenForm, TokenLine, TokensPage
from dashboard.display.durations import far_time
from dashboard.display.key_texts import MARKS, TOKEN_LIVES, USUAL_LIFE
from dashboard.pages.key_forms import choices
from dashboard.pages.security import proof_for
from governance.domain.keys import KeyState, ends_soon, key_state
from governance.selectors.keys import tokens_of

if TYPE_CHECKING:
    from datetime import datetime

    from dashboard.cards.keys import KeySecret
    from dashboard.views.access import PersonRequest
    from governance.models import PersonalToken

ENDED_SHOWN = 10
_REPEATED = (
    "This form was sent before: it made one token, and its secret was shown then, once. If nobody"
    " has it, revoke the token and make another."
)


def tokens_page(
    request: PersonRequest,
    *,
    now: datetime,
    form: TokenForm | None = None,
    secret: KeySecret | None = None,
    is_repeated: bool = False,
    problem: str = "",
) -> TokensPage:
    """Return the tokens of whoever asks.

    Args:
        request: theirs.
        now: the time of the page.
        form: one that was not recorded.
        secret: what is shown this once.
        is_repeated: whether a form was sent again that made a token.
        problem: why a token was not revoked.
    """
    lines = [_line(token, now) for token in tokens_of(user=request.user)]
    return TokensPage(
        lines=tuple(line for line in lines if line.revoke_url),
        ended=tuple(line for line in lines if not line.revoke_url)[:ENDED_SHOWN],
        form=form or token_form(request),
        secret=secret,
        repeated=_REPEATED if is_repeated else "",
        problem=problem,
    )


def token_form(
    request: PersonRequest, *, name: str = "", life: str = "", problem: str = "", wrong: str = ""
) -> TokenForm:
    """Return the form that makes a token, with what was typed if it was not recorded."""
    return TokenForm(
        url=reverse("token-add"),
        idempotency_key=str(uuid4()),
        name=name,
        lives=choices(TOKEN_LIVES, life if life in TOKEN_LIVES else USUAL_LIFE),
        proof=proof_for(request.user, request.session),
        problem=problem,
        wrong=wrong,
    )


def _line(token: PersonalToken, now: datetime) -> TokenLine:
    state = key_state(
        revoked_at=token.revoked_at, expires_at=token.expires_at, is_succeeded=False, now=now
    )
    lives, ends = state is KeyState.LIVE, far_time(token.expires_at, now=now)
    revoked_at, used_at = token.revoked_at, token.last_used_at
    said = {
        KeyState.LIVE: f"Signs in until {ends}.",
        KeyState.EXPIRED: f"Ended {ends}.",
        KeyState.REVOKED: f"Revoked {far_time(revoked_at, now=now)}." if revoked_at else "",
    }
    is_soon = lives and ends_soon(token.expires_at, now=now)
    return TokenLine(
        token_id=str(token.pk),
        name=token.name,
        prefix=token.prefix,
        mark=MARKS["soon" if is_soon else state.value],
        state=said[state],
        used=f"last used {far_time(used_at, now=now)}" if used_at else "never used",
        made=f"Made {far_time(token.created_at, now=now)}.",
        revoke_url=reverse("token-revoke", kwargs={"token_id": token.pk}) if lives else "",
        idempotency_key=str(uuid4()),
    )
