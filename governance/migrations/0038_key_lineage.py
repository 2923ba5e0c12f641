from django.db import migrations, models

# Keys that were rotated before share one limit from now on, too.
FIRST_OF_EACH = """
WITH RECURSIVE line (id, first) AS (
    SELECT id, id FROM governance_apikey WHERE replaces_id IS NULL
    UNION ALL
    SELECT later.id, line.first
    FROM governance_apikey later JOIN line ON later.replaces_id = line.id
)
UPDATE governance_apikey SET lineage = line.first
FROM line WHERE governance_apikey.id = line.id AND line.id <> line.first
"""


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0037_event_filters'),
    ]

    operations = [
        migrations.AddField(
            model_name='apikey',
            name='lineage',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.RunSQL(FIRST_OF_EACH, migrations.RunSQL.noop),
    ]
