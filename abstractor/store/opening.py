"""Which database, and under which data keys: all that the commands over it need to open it."""

from dataclasses import dataclass, field
from pathlib import Path

from abstractor.errors import SetupError
from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.store.key_file import keys_from_file, keys_from_secret
from abstractor.store.sealing import Sealer

__all__ = ["Place", "open_place"]


@dataclass(frozen=True, slots=True)
class Place:
    """`url` and the keys empty: those of embedded mode, in the folder."""

    folder: Path
    url: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    key_file: Path | None = None

    @property
    def keys(self) -> Path | None:
        """The file with the data keys; None where they are a secret, or where there are none."""
        own = self.folder / "data.key"
        if self.key_file is None and not self.url and not self.secret and own.exists():
            return own
        return self.key_file


def open_place(place: Place, *, makes: bool = False) -> Store:
    """`makes`: the database may be a new one."""
    file = place.folder / "abstractor.db"
    if not place.url and not file.exists() and not makes:
        raise SetupError("no database: set ABSTRACTOR_DATABASE_URL, or ABSTRACTOR_DATA_DIR for embedded mode")
    return open_store(place.url or sqlite_url(file), _sealer(place))


def _sealer(place: Place) -> Sealer | None:
    keys = place.keys
    if place.secret and keys is not None:
        raise SetupError("set one of ABSTRACTOR_DATA_KEY and ABSTRACTOR_DATA_KEY_FILE, not both")
    if place.secret:
        return keys_from_secret(place.secret)
    return keys_from_file(keys) if keys is not None else None
