"""The tables of a backtest's report as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.pages import backtest_sheets as sheets
from dashboard.views.backtests import policy_seat
from governance.selectors.backtests import backtest_get

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from dashboard.display.sheets import Sheet
    from dashboard.views.access import PersonRequest
    from governance.models import Backtest, Fleet


def _of_backtest(read: Callable[[Fleet, Backtest], Sheet[Any]]) -> Callable[..., Sheet[Any]]:
    def view(request: PersonRequest, fleet: str, backtest_id: UUID) -> Sheet[Any]:
        found = policy_seat(request, fleet).fleet
        return read(found, backtest_get(fleet=found, backtest_id=backtest_id))

    return view


counts = _of_backtest(sheets.count_sheet)
cases = _of_backtest(sheets.case_sheet)
settings = _of_backtest(sheets.setting_sheet)
