"""Looks for what must never be told or left behind: private keys and tokens."""

import json
import re
from pathlib import Path

from abstractor.settings import Settings
from abstractor.store import signing_keys
from abstractor.workflow import open_services
from abstractor.workflow.clinic.clinics import SealedShelf

__all__ = ["keeps_its_secrets"]


def keeps_its_secrets(data: Path, told: str) -> None:
    """Nothing that was told, and no file of the data folder, holds a token or a part of a private key."""
    services = open_services(Settings(_env_file=None, data_dir=data))
    with services.store.reading() as session:
        keys = [one for one in signing_keys.signing_keys(session) if one.role != "retired"]
        private = [json.loads(signing_keys.private_jwk(session, one.kid)) for one in keys]
    token = SealedShelf(services, 1).read()
    services.close()
    secrets = [one[part] for one in private for part in ("d", "p", "q", "dp", "dq", "qi") if part in one]
    assert len(secrets) == 2 * 6 + 2
    secrets += [token.access] if token is not None else []
    files = [file for file in data.rglob("*") if file.is_file()]
    held = b"".join(file.read_bytes() for file in files) + told.encode()
    for secret in secrets:
        assert secret.encode() not in held
    assert not re.search(rb"eyJ[\w-]{8,}\.", held), "a token or an assertion, as a JWT"
