"""A fleet that has rows of every sealed kind, and changes made to them by hand, in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import DatabaseError, connection

from escalations.models import Ticket
from governance.domain.audits import AuditVerdict
from governance.selectors.log_checking import LogRun
from governance.selectors.sealed_kinds import sealed_kinds
from governance.services.interactions import interactions_load
from governance.services.schemas import InteractionItem
from governance.services.sealing import fleet_seal
from tests.escalations.answering import approve, deny
from tests.governance.services.auditing import audit_everything
from tests.governance.services.test_audits import settle

if TYPE_CHECKING:
    from governance.domain.log.findings import Finding
    from governance.selectors.sealed_kinds import SealedKind
    from tests.clock import Clock
    from tests.governance.services.orchestrator import Orchestrator

KINDS = ("events", "decisions", "outcomes", "interactions", "corrections", "votes")


def kind_of(name: str) -> SealedKind:
    return next(kind for kind in sealed_kinds() if kind.name == name)


def lived(shop: Orchestrator, clock: Clock) -> None:
    """Let a fleet work, be asked, be audited and exchange; hours apart, sealed as it goes."""
    shop.agent_new("scout")
    shop.load(["success"] * 12 + ["failure"])
    audit_everything(shop.fleet)
    for _ in range(3):
        settle(shop, shop.work("success"), AuditVerdict.FAILED)
    seal(shop)
    clock.forward(hours=1)
    for answer in (approve, deny, approve):
        asked = shop.ask("refund").task
        answer(Ticket.objects.get(task=asked), shop.crew.rita)
    interactions_load(key=shop.key, items=[exchange(number) for number in range(4)])
    seal(shop)
    clock.forward(hours=1)
    shop.work()
    shop.work("failure")
    seal(shop)
    clock.forward(hours=1)
    seal(shop)


def exchange(number: int) -> InteractionItem:
    plain = {
        "id": f"x-{number}",
        "occurred_at": "2026-03-02T09:00:00+00:00",
        "initiator": "shop-bot",
        "counterparty": "scout",
        "value_usd": "1.5",
        "rating": 0.75,
    }
    return msgspec.convert(plain, InteractionItem)


def seal(shop: Orchestrator) -> None:
    assert fleet_seal(fleet_id=shop.fleet.pk)


def checked(shop: Orchestrator, **fields: Any) -> list[Finding]:
    return list(LogRun(fleet_id=shop.fleet.pk, **fields).findings())


@dataclass(frozen=True)
class Tampering:
    """A change by hand: the statement in words, and the id of the row it is about."""

    words: str
    row: str


def altered(kind: SealedKind, dice: Random) -> Tampering:
    """Change one fixed column of a random row."""
    row = random_row(kind, dice)
    columns = [each for each in kind.forms[-1] if each != "id"]
    dice.shuffle(columns)
    for column in columns:
        sql = f"UPDATE {kind.table} SET {column} = {another(kind, column)} WHERE id = %s"  # noqa: S608
        if changed(sql, row):
            return Tampering(f"{column} of {kind.table} {row}", row)
    raise AssertionError(f"no column of {kind.table} can be changed")


def changed(sql: str, row: str) -> bool:
    """Run a statement; return whether it changed anything. References are checked at a commit."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT tamper")
        try:
            cursor.execute(sql, [row])
        except DatabaseError:
            cursor.execute("ROLLBACK TO SAVEPOINT tamper")
            return False
        return bool(cursor.rowcount)


def another(kind: SealedKind, column: str) -> str:
    """Return an SQL expression that is another value of the column, mostly by one character."""
    field = kind.model._meta.get_field(column)
    of = field.db_type(connection) or ""
    if column.endswith("_id") and "uuid" in of:
        return f"CASE WHEN {column} IS NULL THEN gen_random_uuid() ELSE overlay({column}::text placing CASE WHEN right({column}::text, 1) = '0' THEN '1' ELSE '0' END from 36)::uuid END"
    for start, expression in {
        "varchar": f"CASE WHEN {column} = '' THEN '.' ELSE overlay({column} placing CASE WHEN right({column}, 1) = 'x' THEN 'y' ELSE 'x' END from length({column})) END",
        "text": f"{column} || '.'",
        "jsonb": f"CASE WHEN jsonb_typeof({column}) = 'array' THEN {column} || '[1]' ELSE {column} || '{{\"x\": 1.5}}' END",
        "bool": f"CASE WHEN {column} IS NULL THEN true ELSE NOT {column} END",
        "timestamp": f"COALESCE({column}, now()) + interval '1 microsecond'",
        "double": f"COALESCE({column}, 0) + 0.000001",
        "numeric": f"COALESCE({column}, 0) + 0.000001",
        "bigint": f"{column} + 1",
        "integer": f"{column} + 1",
    }.items():
        if of.startswith(start):
            return expression
    raise AssertionError(f"{column} is {of}")


def deleted(kind: SealedKind, dice: Random) -> Tampering:
    row = random_row(kind, dice)
    assert changed(f"DELETE FROM {kind.table} WHERE id = %s", row)  # noqa: S608
    return Tampering(f"{row} deleted from {kind.table}", row)


def inserted(kind: SealedKind, dice: Random) -> Tampering:
    """Copy a random row under another id, as the writer's own transaction or as one of then."""
    row = random_row(kind, dice)
    own = {"transaction"} if dice.random() < 0.5 else set()
    columns = [
        str(field.column)
        for field in kind.model._meta.concrete_fields
        if field.column not in {"id", *own}
    ]
    values = {name: name for name in columns} | unique(kind, dice)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {kind.table} (id, {', '.join(columns)})"  # noqa: S608
            f" SELECT gen_random_uuid(), {', '.join(values[name] for name in columns)}"
            f" FROM {kind.table} WHERE id = %s RETURNING id",
            [row],
        )
        new = str(cursor.fetchone()[0])
    return Tampering(f"{new} inserted into {kind.table} like {row}", new)


def unique(kind: SealedKind, dice: Random) -> dict[str, str]:
    """Return other values for what may be there only once."""
    mark = dice.randrange(10**6)
    return {
        "events": {"seq": "(SELECT max(seq) + 1 FROM governance_event)"},
        "outcomes": {
            "task_external_id": f"'new-{mark}'",
            "task_id": "NULL",
            "fact": f"fact + 1000 + {mark}",
        },
        "interactions": {"external_id": f"'new-{mark}'"},
        "corrections": {"fact": f"fact + 1000 + {mark}"},
        "votes": {"withdrawn_at": "now()"},
    }.get(kind.name, {})


def random_row(kind: SealedKind, dice: Random) -> str:
    return str(
        dice.choice(list(kind.model._default_manager.order_by("pk").values_list("pk", flat=True)))
    )
