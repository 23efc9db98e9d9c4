"""An authority made for one test, and servers' certificates that it has signed."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

AUTHORITY = "authority.pem"
"""The file with its own certificate, for those who trust it."""


class Authority:
    def __init__(self, folder: Path) -> None:
        self._folder, self._key, self._name = folder, ec.generate_private_key(ec.SECP256R1()), _name("Authority for a test")
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        builder = _begun(self._name, self._name, self._key).add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        (folder / AUTHORITY).write_bytes(_pem(builder.add_extension(usage, True).sign(self._key, hashes.SHA256())))

    def server(self, host: str) -> ssl.SSLContext:
        """What a server needs that is called so, by name or by number."""
        key = ec.generate_private_key(ec.SECP256R1())
        called: x509.GeneralName = x509.DNSName(host)
        if host.replace(".", "").isdecimal():
            called = x509.IPAddress(ipaddress.ip_address(host))
        builder = _begun(_name(host), self._name, key).add_extension(x509.SubjectAlternativeName([called]), False)
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        both = self._folder / "server.pem"
        both.write_bytes(key.private_bytes(*plain) + _pem(builder.add_extension(by, False).sign(self._key, hashes.SHA256())))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(both)
        return context


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )


def _name(said: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, said)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
