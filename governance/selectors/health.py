"""What database and broker say of each part; `governance.domain.health` judges it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Min

from governance.domain.collusion.states import ScanState
from governance.domain.health import PartState, Reading
from governance.models import CollusionScan, Event, Fleet, WebhookEndpoint
from governance.selectors.backups import backup_last
from governance.selectors.clock import clock_now
from governance.selectors.courier import courier_lag
from governance.selectors.rollups import waiting_since
from governance.selectors.seal_losses import keys_missing
from governance.selectors.seals import seal_keys, seal_lag
from governance.selectors.transaction_numbers import numbers_back
from governance.selectors.watch import WatchState, watch_state

# Of the connections that the server allows; the last few are kept for its owner.
CONNECTIONS_SHORT_SHARE = 0.9
# Less cannot be told from the way between the two.
AGREES_S = 0.1

_WATCH_WORDS = {
    WatchState.OFF: "Nobody outside is told: WATCH_URL names nobody.",
    WatchState.OK: "Whoever watches from outside takes the pings.",
    WatchState.FAILING: "The last ping was not taken.",
    WatchState.LATE: "No ping was tried for 5 min.",
}


def database_read(now: datetime) -> Reading:  # noqa: ARG001 - all readers are asked alike
    """Return whether the database answers, how soon, and how many connections are left."""
    began_s = time.monotonic()
    version, used, most = _asked(
        "SELECT current_setting('server_version'), (SELECT count(*) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend'), current_setting('max_connections')::int"
    )
    took_ms = 1_000 * (time.monotonic() - began_s)
    return Reading(
        key="database",
        said=f"PostgreSQL {version} answers in {took_ms:.0f} ms;"
        f" {used} of {most} connections are in use.",
        short=used > CONNECTIONS_SHORT_SHARE * most,
    )


def migrations_read(now: datetime) -> Reading:  # noqa: ARG001 - all readers are asked alike
    """Return whether the tables are those of this release."""
    applied, known = set(MigrationRecorder(connection).applied_migrations()), _migrations_known()
    lacking = sorted(known - applied)
    own = {app for app, _ in known}
    newer = sorted(one for one in applied - known if one[0] in own)
    if lacking:
        said = (
            f"{len(lacking)} of {len(known)} are not applied, the first is {'.'.join(lacking[0])}."
        )
    elif newer:
        said = f"The tables are of a newer release: {'.'.join(newer[0])} is not known here."
    else:
        said = f"All {len(known)} are applied."
    return Reading(key="migrations", said=said, short=bool(lacking or newer))


@cache
def _migrations_known() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def clock_read(now: datetime) -> Reading:  # noqa: ARG001 - the moment has to be read anew
    """Return how far this machine's clock is from the database's, which decides."""
    before = datetime.now(UTC)
    theirs = clock_now()
    after = datetime.now(UTC)
    off_s = ((before + (after - before) / 2) - theirs).total_seconds()
    side = "ahead of" if off_s > 0 else "behind"
    said = f"This machine is {abs(off_s):.1f} s {side} the database."
    if abs(off_s) < AGREES_S:
        said = f"This machine and the database agree to {AGREES_S} s."
    return Reading(key="clock", said=said, lag_s=abs(off_s))


def relay_read(now: datetime) -> Reading:
    """Return how long the oldest event waits that no open page was told of."""
    waiting = Event.objects.filter(pushed_at=None).aggregate(
        oldest=Min("created_at"), n=Count("pk")
    )
    lag_s = _lag_s(waiting["oldest"], now)
    said = "Every event was pushed." if not waiting["n"] else f"{waiting['n']} wait to be pushed."
    return Reading(key="relay", said=said, lag_s=lag_s)


def rollups_read(now: datetime) -> Reading:
    """Return how long the oldest outcome waits that no roll-up has counted."""
    fleets = (
        Fleet.objects.filter(archived_at=None).exclude(policy=None).values_list("pk", flat=True)
    )
    since = [moment for pk in fleets if (moment := waiting_since(fleet_id=pk)) is not None]
    lag_s = _lag_s(min(since, default=None), now)
    said = "Nothing waits."
    if since:
        said = f"New outcomes wait in {len(since)} of {len(fleets)} fleet{'s'[: len(fleets) != 1]}."
    return Reading(key="rollups", said=said, lag_s=lag_s)


def scans_read(now: datetime) -> Reading:
    """Return how the newest scan of each living fleet ended."""
    newest = list(
        CollusionScan.objects.filter(fleet__archived_at=None)
        .order_by("fleet", "-started_at")
        .distinct("fleet")
        .values_list("state", "started_at", "error", "fleet__slug")
    )
    failed = [(slug, error) for state, _, error, slug in newest if state == ScanState.FAILED.value]
    ago_s = _lag_s(min((at for _, at, _, _ in newest), default=None), now)
    many = "1 fleet was" if len(newest) == 1 else f"{len(newest)} fleets were"
    said = f"{many} scanned" if newest else "No fleet has anything to scan"
    said += f"; in {len(failed)} the newest scan failed." if failed else "."
    error = f"{failed[0][0]}: {failed[0][1]}" if failed else None
    return Reading(
        key="scans", said=said, lag_s=ago_s if newest else None, error=error, short=bool(failed)
    )


def webhooks_read(now: datetime) -> Reading:
    """Return how long the oldest message to a receiver is overdue, and how many receivers rest."""
    living = WebhookEndpoint.objects.filter(ended_at=None, fleet__archived_at=None)
    resting, many = living.filter(rests_until__gt=now).count(), living.count()
    said = "No receiver is set up."
    if many:
        said = f"{resting} of {many} receiver{'s'[: many != 1]} rest after failures."
    return Reading(
        key="webhooks",
        said=said,
        lag_s=courier_lag(now=now).total_seconds(),
        read_as=None if many else PartState.OFF,
    )


def watch_read(now: datetime) -> Reading:
    """Return whether somebody outside hears that the auditor runs."""
    state = watch_state(url=settings.WATCH_URL, now=now)
    is_short = state in {WatchState.FAILING, WatchState.LATE}
    off = PartState.OFF if state is WatchState.OFF else None
    return Reading(key="watch", said=_WATCH_WORDS[state], short=is_short, read_as=off)


def seals_read(now: datetime) -> Reading:
    """Return how long the oldest row waits for its seal, and whether what is new can be found."""
    back = numbers_back()
    if back is not None:
        said = "Nothing new is sealed, booked or rolled up."
        return Reading(key="seals", said=said, error=str(back), short=True)
    lag_s = seal_lag(now=now).total_seconds()
    said = "Everything that should be is sealed."
    if lag_s:
        said = f"Rows wait for their seal, the oldest for {lag_s:.0f} s."
    missing = keys_missing(keys=seal_keys())
    if not missing:
        return Reading(key="seals", said=said, lag_s=lag_s)
    slug, key = next(iter(missing.items()))
    error = (
        f"{slug} is sealed with key {key}, which is not here: put it into SEAL_KEYS_BEFORE. Where"
        f" it is lost for good: python manage.py give_up_seal_key {slug}"
    )
    many = "1 fleet" if len(missing) == 1 else f"{len(missing)} fleets"
    return Reading(
        key="seals",
        said=f"In {many} nothing new is sealed: a key is missing.",
        lag_s=lag_s,
        error=error,
        short=True,
    )


def backup_read(now: datetime) -> Reading:
    """Return how old the last back-up is; without any, how old the first fleet is.

    Other ways to back up, such as those of a database service, are not known here.
    """
    last = backup_last()
    if last is not None:
        return Reading(
            key="backup",
            said=f"The last was at {last.taken_at:%Y-%m-%d %H:%M} UTC.",
            lag_s=_lag_s(last.taken_at, now),
        )
    first = Fleet.objects.aggregate(first=Min("created_at"))["first"]
    return Reading(
        key="backup",
        said="None was made yet.",
        lag_s=_lag_s(first, now),
        read_as=PartState.NOT_YET,
    )


def _lag_s(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _asked(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()
