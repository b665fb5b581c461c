"""An export as one archive for a browser: what the command writes into a folder, sent piece by piece.

The folder is this user's alone and gone when the archive is sent, or when its reader has gone away.
"""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from abstractor.workflow.acting import By
from abstractor.workflow.exporting.exporting import Exported, export_audit, export_cycle
from abstractor.workflow.exporting.folders import passing_folder
from abstractor.workflow.exporting.forms import Asked, Wanted
from abstractor.workflow.services import Services

__all__ = ["Archive", "archived"]

_PIECE = 1 << 16
# The earliest day that an archive can say: when a file was written is nobody's to know.
_NO_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Archive:
    name: str
    done: Exported
    pieces: Iterator[bytes]


@contextmanager
def archived(services: Services, wanted: Wanted, *, by: By, now: datetime) -> Iterator[Archive]:
    """Whole, and told in the audit trail, before its first piece can be had."""
    with passing_folder("abstractor-export") as scratch:
        folder = scratch / wanted.name
        asked = Asked(
            wanted.form,
            folder,
            identified=wanted.identified,
            reason=None if wanted.reason is None else wanted.reason.strip(),
            least=wanted.least,
        )
        if wanted.audit_id is not None:
            done = export_audit(services, wanted.audit_id, asked, by=by, now=now)
        else:
            done = export_cycle(services, wanted.cycle_id or 0, asked, by=by, now=now)
        yield Archive(f"{wanted.name}.zip", done, _zipped(folder))


def _zipped(folder: Path) -> Iterator[bytes]:
    sent = _Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(f"{folder.name}/{path.name}", _NO_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            with path.open("rb") as read, archive.open(entry, "w", force_zip64=True) as written:
                while piece := read.read(_PIECE):
                    written.write(piece)
                    yield sent.taken()
            yield sent.taken()
    yield sent.taken()


class _Sent(io.RawIOBase):
    """Where an archive is written to that cannot go back; what was written is taken away."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        held = bytes(memoryview(piece))  # type: ignore[arg-type] # as RawIOBase has it: anything that is bytes
        self._held += held
        return len(held)

    def taken(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held
