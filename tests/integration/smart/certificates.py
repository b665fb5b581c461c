"""Certificates for one test: an authority, and what it vouches for."""

import hashlib
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

__all__ = ["Authority"]

_NAME = x509.oid.NameOID.COMMON_NAME
_LONG_AGO, _LONG_HENCE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)


class Authority:
    """`file` is its own certificate, as hospitals hand it out; its name is in small letters, for `hashed`."""

    def __init__(self, folder: Path, name: str = "authority of the hospital") -> None:
        self.folder = folder
        self.folder.mkdir(exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = x509.Name([x509.NameAttribute(_NAME, name)])
        usage = x509.BasicConstraints(ca=True, path_length=None)
        signed = self._builder(self._subject, self._key.public_key(), _LONG_HENCE).add_extension(usage, True)
        self.file = self.folder / "authority.pem"
        certificate = signed.sign(self._key, hashes.SHA256())
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def vouches_for(self, *names: str, until: datetime = _LONG_HENCE) -> Path:
        """A file with the private key and the certificate of a server of these names."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(_NAME, names[0])])
        alternative = x509.SubjectAlternativeName([_general(name) for name in names])
        certificate = self._builder(subject, key.public_key(), until).add_extension(alternative, False)
        pem = serialization.Encoding.PEM
        private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file = self.folder / f"{'-'.join(names)}.pem"
        file.write_bytes(private + certificate.sign(self._key, hashes.SHA256()).public_bytes(pem))
        return file

    def hashed(self) -> Path:
        """A folder where OpenSSL finds the authority by the hash of its name, as `openssl rehash` makes it.

        The hash is over the name in small letters without its outer frame of two bytes.
        """
        digest = hashlib.sha1(self._subject.public_bytes()[2:], usedforsecurity=False).digest()
        folder = self.folder / "hashed"
        folder.mkdir()
        (folder / f"{int.from_bytes(digest[:4], 'little'):08x}.0").write_bytes(self.file.read_bytes())
        return folder

    def _builder(
        self, subject: x509.Name, public: ec.EllipticCurvePublicKey, until: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .issuer_name(self._subject)
            .subject_name(subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(_LONG_AGO)
            .not_valid_after(until)
        )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
