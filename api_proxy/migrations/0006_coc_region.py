from django.db import migrations, models

import api_proxy.models


def handle_alarms_in_the_sandbox(apps, schema_editor):
    """Connections to the sandbox know its COC; the others have none until somebody chooses it."""
    apps.get_model("api_proxy", "Connection").objects.filter(region="sandbox").update(coc_region="sandbox")


class Migration(migrations.Migration):
    dependencies = [
        ("api_proxy", "0005_pauses"),
    ]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="coc_region",
            field=models.CharField(
                blank=True,
                default="",
                max_length=40,
                validators=[api_proxy.models.validate_coc_region],
                verbose_name="COC region",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(handle_alarms_in_the_sandbox, migrations.RunPython.noop),
    ]
