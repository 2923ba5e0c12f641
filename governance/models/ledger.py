from __future__ import annotations

from decimal import Decimal

from django.db import models

from governance.domain.ids import id_new
from governance.domain.ledger import Counter, EntryKind, SourceKind
from governance.domain.money import ZERO
from governance.models.choices import choices


def _sum_of_dollars() -> models.DecimalField[Decimal, Decimal]:
    """Return a column for a sum: one amount has 20 digits, what many come to has room for more."""
    return models.DecimalField(max_digits=30, decimal_places=6, default=ZERO)


class LedgerEntry(models.Model):
    """One line of a transaction: what one account gained, or lost below 0. Never changed.

    The account is an agent, or a ``counter`` account of the fleet. ``source_id`` is what it was
    booked for: an outcome, an interaction, the record that imposed a penalty, the transaction
    that was undone. ``mirrors`` is the line that it takes back.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    transaction = models.UUIDField()
    kind = models.CharField(max_length=8, choices=choices(EntryKind))
    agent = models.ForeignKey(
        "governance.Agent",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    counter = models.CharField(max_length=9, choices=choices(Counter), blank=True, default="")
    amount = models.DecimalField(max_digits=20, decimal_places=6)
    source_kind = models.CharField(max_length=11, choices=choices(SourceKind))
    source_id = models.UUIDField()
    mirrors = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    sentence = models.TextField()
    occurred_at = models.DateTimeField()
    booked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agent__isnull=False, counter="")
                | (models.Q(agent__isnull=True) & ~models.Q(counter="")),
                name="ledger_one_account",
            ),
            # Every transaction has a line of an agent, so that none is booked twice.
            models.UniqueConstraint(
                fields=["source_id", "source_kind", "kind", "agent"],
                name="ledger_booked_once",
                condition=models.Q(agent__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["transaction"], name="ledger_by_transaction"),
            models.Index(
                fields=["agent", "-occurred_at", "-id"],
                name="ledger_by_agent",
                condition=models.Q(agent__isnull=False),
            ),
            models.Index(
                fields=["mirrors"],
                name="ledger_by_mirrored",
                condition=models.Q(mirrors__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id or self.counter} {self.kind} {self.amount}"

    @property
    def is_mirror(self) -> bool:
        """Return whether the line takes back another one."""
        return self.mirrors_id is not None


class LedgerMark(models.Model):
    """How far the outcomes or interactions of a fleet are booked, in the order of transactions.

    Everything up to row ``source_id`` of ``transaction`` is; nothing behind it.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="+")
    source_kind = models.CharField(max_length=11, choices=choices(SourceKind))
    transaction = models.BigIntegerField()
    source_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "source_kind"], name="ledger_one_mark"),
        ]

    def __str__(self) -> str:
        return f"{self.source_kind} up to {self.transaction}"


class AgentAccount(models.Model):
    """What an agent's lines came to, kept in the transaction that books them.

    ``since_at`` is when the oldest of what was booked occurred.
    """

    agent = models.OneToOneField(
        "governance.Agent", on_delete=models.CASCADE, primary_key=True, related_name="account"
    )
    earned = _sum_of_dollars()
    received = _sum_of_dollars()
    spent = _sum_of_dollars()
    sent = _sum_of_dollars()
    taxed = _sum_of_dollars()
    penalised = _sum_of_dollars()
    balance = _sum_of_dollars()
    entries = models.PositiveBigIntegerField(default=0)
    since_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.agent_id} {self.balance}"


class AccountDay(models.Model):
    """What one day, UTC, changed in an agent's balance.

    The balance at its end is the sum of the days up to it: so what is reported late about a past
    day changes one row, and not every day since.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    agent = models.ForeignKey(
        "governance.Agent", on_delete=models.CASCADE, related_name="account_days"
    )
    day = models.DateField()
    change = _sum_of_dollars()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "day"], name="account_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} on {self.day}"
