"""Prepared responses, beside the document."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("editor", "0002_roles")]
    operations = [migrations.AddField("version", "responses", models.TextField(default="{}"))]
