from __future__ import annotations

from django.db import models
from django.db.models import Q

from governance.domain.ids import id_new
from governance.domain.policy.drafts import DraftState
from governance.models.choices import choices


class GeneralPolicy(models.Model):
    """One version of the policy that every fleet follows where it says nothing itself; immutable.

    ``changed`` are the paths that differ from the version before, ``restores`` the number of the
    version that it brings back.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    number = models.PositiveIntegerField(unique=True)
    body = models.JSONField()
    changed = models.JSONField(default=list)
    reason = models.TextField()
    published_by = models.CharField(max_length=150)
    agreed_by = models.CharField(max_length=150, blank=True, default="")
    restores = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"all fleets v{self.number}"


class PolicyVersion(models.Model):
    """Everything tunable, immutable; decisions, tickets and trips name their version.

    ``body`` is the whole policy in force; ``own`` are the paths that the fleet set itself, all
    others follow ``general`` (None: the defaults of the product). ``changed`` are the paths that
    differ from the version before, ``restores`` the number of the version that it brings back.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey("governance.Fleet", on_delete=models.CASCADE, related_name="policies")
    number = models.PositiveIntegerField()
    body = models.JSONField()
    own = models.JSONField(default=list)
    changed = models.JSONField(default=list)
    general = models.ForeignKey(
        GeneralPolicy, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField()
    published_by = models.CharField(max_length=150)
    agreed_by = models.CharField(max_length=150, blank=True, default="")
    restores = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fleet", "number"], name="policy_number_once"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class PolicyDraft(models.Model):
    """What admins prepare before they publish it, of one fleet or (``fleet`` None) of all.

    ``changes`` holds by path ``value``, ``follows``, ``by``, ``at`` and ``base``, the value in
    force when the field was changed. ``version`` rises with each act on the draft.
    """

    id = models.UUIDField(primary_key=True, default=id_new, editable=False)
    fleet = models.ForeignKey(
        "governance.Fleet", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    base_number = models.PositiveIntegerField()
    changes = models.JSONField(default=dict)
    state = models.CharField(
        max_length=9, choices=choices(DraftState), default=DraftState.OPEN.value
    )
    version = models.PositiveIntegerField(default=1)
    restores = models.PositiveIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")
    proposed_by = models.CharField(max_length=150, blank=True, default="")
    proposed_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.CharField(max_length=150, blank=True, default="")
    decline_reason = models.TextField(blank=True, default="")
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    updated_by = models.CharField(max_length=150)
    updated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fleet"],
                condition=Q(ended_at=None),
                name="policy_draft_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=(DraftState.OPEN.value, DraftState.PROPOSED.value),
                    ended_at__isnull=True,
                )
                | Q(
                    state__in=(DraftState.PUBLISHED.value, DraftState.DISCARDED.value),
                    ended_at__isnull=False,
                ),
                name="policy_draft_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.version} on v{self.base_number}"
