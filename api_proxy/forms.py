"""The forms of pages. What a value of a connection may be stands in the model and in ``credentials``."""

from datetime import UTC
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from api_proxy.coc import TASK_ID
from api_proxy.credentials import ALL_SECRETS, ENDING, SECRETS, TOKEN_LENGTH, faults
from api_proxy.endpoints import coc_regions, regions
from api_proxy.models import CREDENTIALS, AlarmAction, Connection
from api_proxy.secret import Secret
from editor.flow.limits import MESSAGE_LENGTH
from editor.flow.say import say


def _secret_field(label: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, required=False, strip=False, max_length=TOKEN_LENGTH, widget=widget)


class ConnectionForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    region = forms.ChoiceField(label=_("Region"))
    coc_region = forms.ChoiceField(
        label=_("COC region"), required=False, help_text=_("Where alarms are handled; it may be another region.")
    )
    password = _secret_field(_("Password"))
    access_key = _secret_field(_("Access key (AK)"))
    secret_key = _secret_field(_("Secret key (SK)"))
    security_token = _secret_field(_("Security token"))
    token = _secret_field(_("IAM token"))
    ends = forms.DateTimeField(
        label=_("Ends at (UTC)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"],
    )

    class Meta:
        model = Connection
        fields: ClassVar = [
            "name",
            "region",
            "coc_region",
            "project_id",
            "enterprise_project_id",
            "kind",
            "iam_domain",
            "iam_user",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stored_kind = self.instance.kind
        region, coc_region = self.fields["region"], self.fields["coc_region"]
        assert isinstance(region, forms.ChoiceField) and isinstance(coc_region, forms.ChoiceField)
        region.choices = [(key, key) for key in regions()]
        coc_region.choices = [("", _("none: no alarms are handled")), *((key, key) for key in coc_regions())]
        for name in ("iam_domain", "iam_user", *ALL_SECRETS, "ends"):
            self.fields[name].widget.attrs["data-kinds"] = " ".join(_kinds_with(name))
        if self.instance.has_credentials:
            for name in SECRETS[self.instance.kind]:
                self.fields[name].help_text = say("Stored. Leave empty to keep it.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "kind" not in cleaned or "ends" in self.errors:
            return cleaned
        for name, text in faults(cleaned["kind"], self._given(), self._ends(), timezone.now()).items():
            self.add_error(name, text)
        return cleaned

    def save(self, commit: bool = True) -> Connection:
        """The connection, stored; empty secrets keep the stored ones, another kind forgets them.

        Raises CredentialUnreadable, Connection.DoesNotExist where it was removed in the meantime.
        """
        connection: Connection = super().save(commit=False)
        members = [name for name in self.changed_data if name in self.Meta.fields]
        given = self._given()
        if given or connection.kind != self._stored_kind:
            connection.set_credentials({name: Secret(text) for name, text in given.items()}, self._ends())
            members += CREDENTIALS
        if commit:
            connection.store(members)
        return connection

    def _given(self) -> dict[str, str]:
        """The secrets of the chosen kind that were typed; a browser may fill in fields that are hidden."""
        wanted = SECRETS[self.cleaned_data["kind"]]
        return {name: self.cleaned_data[name] for name in wanted if self.cleaned_data.get(name)}

    def _ends(self) -> Any:
        """When they end, of a kind that does."""
        ends = self.cleaned_data.get("ends")
        return ends.replace(tzinfo=UTC) if ends and self.cleaned_data["kind"] in ENDING else None


def _kinds_with(name: str) -> list[str]:
    if name == "ends":
        return list(ENDING)
    return [kind for kind, names in SECRETS.items() if name in names] or ["password"]


class SettleForm(forms.Form):
    """What a person found out about a run of which nobody knew."""

    outcome = forms.ChoiceField(
        label=_("Did it run?"),
        choices=[
            ("", _("Choose")),
            (AlarmAction.Settlement.RAN, _("It ran")),
            (AlarmAction.Settlement.DID_NOT_RUN, _("It did not run")),
        ],
    )
    work_order = forms.CharField(
        label=_("Work order"), required=False, help_text=_("From COC, if it ran and you know it: it is followed then.")
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=MESSAGE_LENGTH,
        help_text=_("How you found out, for whoever reads this later."),
        widget=forms.Textarea,
    )

    def clean_work_order(self) -> str:
        order = str(self.cleaned_data["work_order"])
        if not order:
            return ""
        if self.cleaned_data.get("outcome") != AlarmAction.Settlement.RAN:
            raise forms.ValidationError(say("What did not run has no work order."))
        if not TASK_ID.fullmatch(order):
            raise forms.ValidationError(say("An id is 1 to 64 letters, digits, hyphens and underscores."))
        return order

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Cut off by the browser, the end of a text would be lost without a word.
        self.fields["note"].widget.attrs.pop("maxlength", None)
