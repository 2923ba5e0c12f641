"""How many audits a fleet has before its people, read with every draw."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import connection

from governance.domain.audits import AuditLoad

if TYPE_CHECKING:
    from uuid import UUID

    from governance.domain.policy.audits import AuditPolicy

# Today's are only counted where those that wait leave room: a busy day skips thousands.
_SQL = """
SELECT waiting.number,
  CASE WHEN waiting.number < %(open_most)s::bigint THEN
    (SELECT count(*) FROM governance_audit
      WHERE fleet_id = %(fleet)s AND drawn_at >= %(day)s AND state <> 'skipped')
  ELSE 0 END,
  EXISTS (SELECT FROM governance_audit
    WHERE fleet_id = %(fleet)s AND drawn_at >= %(day)s AND state = 'skipped')
FROM (SELECT count(*) AS number FROM governance_audit
  WHERE fleet_id = %(fleet)s AND state = 'open') AS waiting
"""


def audit_load(*, fleet_id: UUID, policy: AuditPolicy, now: datetime) -> AuditLoad:
    """Return the fleet's audits of the day of ``now`` (UTC) in one query.

    Those drawn today are not counted where as many wait as may.
    """
    day = datetime.combine(now.astimezone(UTC).date(), datetime.min.time(), tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"fleet": fleet_id, "day": day, "open_most": policy.open_most})
        waiting, today, is_skipping = cursor.fetchone()
    return AuditLoad(waiting=waiting, today=today, is_skipping=is_skipping)
