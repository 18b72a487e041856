import uuid

import django.db.models.deletion
from django.db import migrations, models

import api_proxy.models

KINDS = [
    ("password", "IAM user and password"),
    ("keys", "access key"),
    ("temporary_keys", "temporary access key"),
    ("token", "IAM token"),
]


class Migration(migrations.Migration):
    """The column of the sealed password stays as it is, and holds the secrets of every kind from now on."""

    dependencies = [("api_proxy", "0003_submission_machine")]

    operations = [
        migrations.AlterField(
            "connection", "sealed_password", models.TextField(blank=True, db_column="sealed_password", editable=False)
        ),
        migrations.RenameField("connection", "sealed_password", "sealed"),
        migrations.AddField(
            "connection",
            "kind",
            models.CharField(choices=KINDS, default="password", max_length=14, verbose_name="signs in with"),
        ),
        migrations.AddField("connection", "key_ending", models.CharField(blank=True, editable=False, max_length=4)),
        migrations.AddField("connection", "fingerprint", models.CharField(blank=True, editable=False, max_length=12)),
        migrations.AddField("connection", "ends", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.AddField("connection", "revision", models.UUIDField(default=uuid.uuid4, editable=False)),
        migrations.AlterField(
            "connection",
            "iam_domain",
            models.CharField(
                blank=True, max_length=64, validators=[api_proxy.models.validate_plain], verbose_name="account name"
            ),
        ),
        migrations.AlterField(
            "connection",
            "iam_user",
            models.CharField(
                blank=True, max_length=64, validators=[api_proxy.models.validate_plain], verbose_name="IAM user"
            ),
        ),
        migrations.CreateModel(
            "SignIn",
            [
                (
                    "connection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="sign_in",
                        serialize=False,
                        to="api_proxy.connection",
                    ),
                ),
                ("revision", models.UUIDField(help_text="of the connection's credentials")),
                ("sealed_token", models.TextField(blank=True)),
                ("token_until", models.DateTimeField(null=True)),
                ("is_proven", models.BooleanField(default=False, help_text="the cloud took the credentials the last time")),
                ("refusals", models.PositiveIntegerField(default=0, help_text="in a row")),
                ("peace_until", models.DateTimeField(null=True)),
                ("lease", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("skew", models.FloatField(help_text="seconds that the cloud's clock is ahead of ours", null=True)),
            ],
        ),
    ]
