"""Certificates made at run time: a right one, and each kind that a caller has to refuse."""

import ssl
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOSTS = ("localhost", "127.0.0.1")


@dataclass(frozen=True)
class Signed:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def context(self) -> ssl.SSLContext:
        """What a server speaks TLS with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        private = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        # The library reads keys from files alone.
        with tempfile.TemporaryDirectory() as folder:
            (file := Path(folder, "server.pem")).write_bytes(private + self.pem)
            context.load_cert_chain(file)
        return context


class Authority:
    """A certificate authority for a test; `pem` is what a caller has to trust."""

    @cached_property
    def _root(self) -> Signed:
        return _signed("Sandbox CA", issuer=None, authority=True)

    @property
    def pem(self) -> bytes:
        return self._root.pem

    def good(self) -> ssl.SSLContext:
        """For localhost and 127.0.0.1, for a day."""
        return self._server().context()

    def expired(self) -> ssl.SSLContext:
        """Ended a day ago."""
        return self._server(days=(-30, -1)).context()

    def wrong_host(self) -> ssl.SSLContext:
        """For another host."""
        return self._server(hosts=("elsewhere.invalid",)).context()

    def self_signed(self) -> ssl.SSLContext:
        """Signed by nobody but itself."""
        return _signed("Self", issuer=None, hosts=HOSTS).context()

    def unknown(self) -> ssl.SSLContext:
        """Signed by an authority that nobody trusts."""
        return Authority().good()

    def old_protocol(self) -> ssl.SSLContext:
        """A right certificate, in TLS 1.1 alone."""
        context = self.good()
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        return context

    @property
    def refused(self) -> Mapping[str, Callable[[], ssl.SSLContext]]:
        """The contexts of F12 by name: each one has to be refused."""
        return {
            "expired": self.expired,
            "wrong_host": self.wrong_host,
            "self_signed": self.self_signed,
            "unknown": self.unknown,
            "old_protocol": self.old_protocol,
        }

    def _server(self, hosts: Sequence[str] = HOSTS, days: tuple[int, int] = (-1, 1)) -> Signed:
        return _signed("Sandbox", self._root, hosts, days)


def _signed(
    name: str,
    issuer: Signed | None,
    hosts: Sequence[str] = (),
    days: tuple[int, int] = (-1, 1),
    authority: bool = False,
) -> Signed:
    """A certificate for the hosts, valid from one day to the other, counted from now; without issuer, its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signing_key = issuer.key if issuer else key
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_usage(authority), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
    return Signed(builder.sign(signing_key, hashes.SHA256()), key)


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
