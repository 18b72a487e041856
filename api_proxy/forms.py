"""The form of a connection. What a value may be stands in the model."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from api_proxy.endpoints import regions
from api_proxy.models import Connection
from api_proxy.secret import Secret
from api_proxy.views import PASSWORD_LENGTH
from editor.flow.say import say


class ConnectionForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    region = forms.ChoiceField(label=_("Region"))
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        max_length=PASSWORD_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Connection
        fields: ClassVar = ["name", "region", "project_id", "enterprise_project_id", "iam_domain", "iam_user"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region = self.fields["region"]
        assert isinstance(region, forms.ChoiceField)
        region.choices = [(key, key) for key in regions()]
        if self.instance.has_password:
            self.fields["password"].help_text = say("A password is stored. Leave empty to keep it.")

    def save(self, commit: bool = True) -> Connection:
        """The connection, stored; an empty password keeps the stored one.

        Raises CredentialUnreadable, Connection.DoesNotExist where it was removed in the meantime.
        """
        connection: Connection = super().save(commit=False)
        members = [name for name in self.changed_data if name != "password"]
        if self.cleaned_data["password"]:
            connection.set_password(Secret(self.cleaned_data["password"]))
            members.append("sealed_password")
        if commit:
            connection.store(members)
        return connection
