from datetime import timedelta

from django.db import migrations, models

WINDOW_DAYS = 28


def _looked_back(scan):
    days = scan.policy.body.get('collusion', {}).get('window_days', WINDOW_DAYS)
    return min(scan.since, scan.until - timedelta(days=days))


def _imposed(ring, judged):
    """Return one record for all who bear the same: until now it stood with each agent alone."""
    alike = {}
    for agent in judged:
        alike.setdefault((agent.penal_until, agent.penal_budget_share), []).append(str(agent.pk))
    at = ring.settled_at.isoformat()
    return [
        {
            'agents': agents, 'until': until.isoformat(), 'budget_share': share,
            'since': at, 'reported': at, 'usd': '0', 'transactions': [],
        }
        for (until, share), agents in alike.items()
    ]


def record_what_stands(apps, schema_editor):
    """Say of each ring who was acted on since when, and what each confirmation imposed."""
    rings = apps.get_model('governance', 'CollusionRing').objects
    related = ('first_scan__policy', 'last_scan')
    for ring in rings.filter(state__in=('SUSPECTED', 'CONFIRMED')).select_related(*related):
        members = list(ring.agents.order_by('pk'))
        if ring.enforced:
            ids = [str(agent.pk) for agent in members]
            ring.circles = [{'agents': ids, 'since': ring.opened_at.isoformat()}]
        judged = [agent for agent in members if agent.penal_until is not None]
        if ring.state == 'CONFIRMED' and judged:
            since = _looked_back(ring.first_scan).isoformat()
            ids = [str(agent.pk) for agent in judged]
            ring.circles = [*ring.circles, {'agents': ids, 'since': since}]
            # A fine says for which dollars it was, and nothing of who is at tier low.
            fines = [
                {**fine, 'reported': fine['until'], 'budget_share': 1.0} for fine in ring.penalties
            ]
            ring.penalties = [*fines, *_imposed(ring, judged)]
        ring.save(update_fields=['circles', 'penalties'])


def keep_fines_only(apps, schema_editor):
    for ring in apps.get_model('governance', 'CollusionRing').objects.exclude(penalties=[]):
        kept = ('agents', 'since', 'usd', 'transactions')
        ring.penalties = [
            {**{name: each[name] for name in kept}, 'until': each['reported']}
            for each in ring.penalties
            if each['transactions']
        ]
        ring.save(update_fields=['penalties'])


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0013_merged_rings'),
    ]

    operations = [
        migrations.RenameField('collusionring', 'fines', 'penalties'),
        migrations.AddField(
            model_name='collusionring',
            name='circles',
            field=models.JSONField(default=list),
        ),
        migrations.RemoveField('collusionscan', 'fields_used'),
        migrations.RunPython(record_what_stands, keep_fines_only),
    ]
