"""Secrets at rest: only the right key and the right record open them, and everything else is refused."""

import base64
import json
import uuid
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from api_proxy.apps import check_credential_keys, check_sandbox
from api_proxy.secret import Secret
from api_proxy.vault import CredentialUnreadable
from api_proxy.vault import seal as seal_all
from api_proxy.vault import unseal as unseal_all

RECORD = uuid.UUID(int=7)


def seal(record: uuid.UUID, secret: Secret) -> str:
    return seal_all(record, {"word": secret})


def unseal(record: uuid.UUID, sealed: str) -> Secret:
    return unseal_all(record, sealed, ["word"])["word"]


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_it_gives_back_what_was_sealed_and_shows_none_of_it(text: str) -> None:
    sealed = seal(RECORD, Secret(text))
    assert unseal(RECORD, sealed).reveal() == text
    assert len(text) < 4 or text not in sealed


def test_it_refuses_the_secret_of_another_record() -> None:
    sealed = seal(RECORD, Secret("word"))
    with pytest.raises(CredentialUnreadable, match="enter them anew"):
        unseal(uuid.UUID(int=8), sealed)


def test_it_refuses_every_changed_character() -> None:
    sealed = seal(RECORD, Secret("word"))
    for place in range(len(sealed)):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(CredentialUnreadable):
            unseal(RECORD, changed)


def test_t18_every_flipped_bit_of_a_token_is_refused() -> None:
    sealed = seal(RECORD, Secret("word"))
    raw = base64.urlsafe_b64decode(sealed)
    assert len(raw) * 8 >= 960
    for bit in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CredentialUnreadable):
            unseal(RECORD, base64.urlsafe_b64encode(flipped).decode())


@pytest.mark.parametrize("spoilt", ["{} ", "{}\n", "!{}", "{}====", "{}A"])
def test_it_refuses_another_spelling_of_a_token(spoilt: str) -> None:
    with pytest.raises(CredentialUnreadable):
        unseal(RECORD, spoilt.format(seal(RECORD, Secret("word"))))


def test_it_refuses_secrets_under_other_names() -> None:
    sealed = seal_all(RECORD, {"access_key": Secret("a"), "secret_key": Secret("b")})
    for names in (["password"], ["access_key"], ["access_key", "secret_key", "security_token"], []):
        with pytest.raises(CredentialUnreadable):
            unseal_all(RECORD, sealed, names)


def test_it_opens_a_password_that_was_sealed_before_there_were_other_kinds(settings: Any) -> None:
    content = json.dumps({"record": str(RECORD), "secret": "word"})
    sealed = Fernet(settings.CREDENTIAL_KEYS[0]).encrypt(content.encode()).decode()
    assert unseal_all(RECORD, sealed, ["password"]) == {"password": Secret("word")}


@pytest.mark.parametrize("sealed", ["", "word", "gAAAAA", "ключ", "\x00"])
def test_it_refuses_what_was_never_sealed(sealed: str) -> None:
    with pytest.raises(CredentialUnreadable):
        unseal(RECORD, sealed)


def test_it_refuses_a_wrong_key_instead_of_giving_the_ciphertext(settings: Any) -> None:
    sealed = seal(RECORD, Secret("word"))
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CredentialUnreadable):
        unseal(RECORD, sealed)


def test_a_new_first_key_seals_and_the_old_one_still_opens(settings: Any) -> None:
    old, new = settings.CREDENTIAL_KEYS[0], Fernet.generate_key().decode()
    sealed_before = seal(RECORD, Secret("word"))
    settings.CREDENTIAL_KEYS = [new, old]
    assert unseal(RECORD, sealed_before).reveal() == "word"
    sealed_after = seal(RECORD, Secret("word"))
    settings.CREDENTIAL_KEYS = [new]
    assert unseal(RECORD, sealed_after).reveal() == "word"


@pytest.mark.parametrize("keys", [[], ["short"], ["ключ"]])
def test_it_refuses_to_work_without_a_sound_key(settings: Any, keys: list[str]) -> None:
    settings.CREDENTIAL_KEYS = keys
    with pytest.raises(CredentialUnreadable):
        seal(RECORD, Secret("word"))


def test_the_checks_name_what_is_wrong_with_the_keys(settings: Any) -> None:
    good = Fernet.generate_key().decode()
    expected = {(): "E001", (good, "short"): "E002", ("ключ",): "E002", (good, settings.SECRET_KEY): "E002"}
    for keys, number in expected.items():
        settings.CREDENTIAL_KEYS = list(keys)
        assert [message.id for message in check_credential_keys(None)] == [f"api_proxy.{number}"]
    settings.CREDENTIAL_KEYS = [good]
    assert check_credential_keys(None) == []
    settings.SECRET_KEY = good
    assert [message.id for message in check_credential_keys(None)] == ["api_proxy.E003"]


@pytest.mark.parametrize(
    ("url", "ids"),
    [
        ("", []),
        ("http://127.0.0.1:8001", []),
        ("http://localhost:8001/", []),
        ("http://[::1]:8001", []),
        ("https://127.0.0.1:8001", ["api_proxy.E004"]),
        ("http://10.0.0.1", ["api_proxy.E004"]),
        ("http://127.0.0.1.example.com", ["api_proxy.E004"]),
        ("http://user@127.0.0.1", ["api_proxy.E004"]),
        ("http://127.0.0.1:99999", ["api_proxy.E004"]),
        ("http://127.0.0.1/path", ["api_proxy.E004"]),
        ("http://[::1", ["api_proxy.E004"]),
    ],
)
def test_the_check_of_the_sandbox_takes_this_machine_alone(settings: Any, url: str, ids: list[str]) -> None:
    settings.SANDBOX_URL = url
    assert [message.id for message in check_sandbox(None)] == ids
