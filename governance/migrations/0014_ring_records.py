from datetime import timedelta

from django.db import migrations, models


def _agents(ring, **which):
    found = ring.agents.filter(**which).order_by('pk').values_list('pk', flat=True)
    return [str(pk) for pk in found]


def _looked_back(scan):
    days = scan.policy.body.get('collusion', {}).get('window_days', 30)
    return min(scan.since, scan.until - timedelta(days=days))


def record_what_stands(apps, schema_editor):
    """Say of each ring who was acted on since when, and what each confirmation imposed."""
    rings = apps.get_model('governance', 'CollusionRing').objects
    related = ('first_scan__policy', 'last_scan')
    for ring in rings.filter(state__in=('SUSPECTED', 'CONFIRMED')).select_related(*related):
        if ring.enforced:
            ring.circles = [{'agents': _agents(ring), 'since': ring.opened_at.isoformat()}]
        judged = _agents(ring, penal_until__isnull=False)
        if ring.state == 'CONFIRMED' and judged:
            since = _looked_back(ring.first_scan).isoformat()
            ring.circles = [*ring.circles, {'agents': judged, 'since': since}]
            penal = ring.agents.filter(penal_until__isnull=False).order_by('-penal_until').first()
            imposed = {
                'until': penal.penal_until.isoformat(), 'budget_share': penal.penal_budget_share,
            }
            none = {
                'agents': judged, 'since': ring.last_scan.since.isoformat(),
                'until': ring.settled_at.isoformat(), 'usd': '0', 'transactions': [],
            }
            ring.penalties = [
                {**fine, 'reported': fine['until'], **imposed} for fine in ring.penalties or [none]
            ]
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
