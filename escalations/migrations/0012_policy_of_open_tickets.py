"""Tickets that waited when escalation policies came open with one now: nobody was called for them.

The next sweep looks at each at once and calls every level whose time has come.
"""

from django.db import migrations
from django.db.models.functions import Now

# The product's own policy as it was when this was written.
PRODUCTS_OWN = {
    "levels": [
        {"people": [], "roles": ["reviewer"]},
        {"people": [], "roles": ["manager"]},
        {"people": [], "roles": ["admin"]},
    ],
    "shares": [0.5, 0.8],
}


def give_policies(apps, schema_editor):
    Ticket = apps.get_model("escalations", "Ticket")
    Version = apps.get_model("escalations", "EscalationPolicyVersion")
    waiting = Ticket.objects.filter(
        state="PENDING", escalation__isnull=True, practice=False, preapproval=None
    )
    for fleet_id in waiting.order_by().values_list("fleet_id", flat=True).distinct():
        found = Version.objects.filter(fleet_id=fleet_id).order_by("-number").first()
        body = PRODUCTS_OWN if found is None else found.body
        waiting.filter(fleet_id=fleet_id).update(escalation=body, escalate_at=Now())


class Migration(migrations.Migration):
    dependencies = [("escalations", "0011_notices")]

    operations = [migrations.RunPython(give_policies, migrations.RunPython.noop)]
