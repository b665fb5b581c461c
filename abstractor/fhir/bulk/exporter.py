"""One clinic's exports over HTTP: begin one, look how far it is, read its files, let it be deleted."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urljoin

import msgspec

from abstractor.errors import ClinicError, ClinicMisbehaved, ClinicRefused, ClinicUnreachable
from abstractor.fhir.address import Endpoint, origin_of
from abstractor.fhir.bulk.asked import ExportAsked, export_asked
from abstractor.fhir.bulk.lines import Line, lines_of, unpacked
from abstractor.fhir.bulk.manifest import Manifest, ManifestFile, read_manifest
from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.http import BrokenOff, Http, Reply
from abstractor.fhir.http_dates import retry_after
from abstractor.fhir.medications import Medications
from abstractor.fhir.outcome import issue_codes
from abstractor.fhir.plan import Plan
from abstractor.fhir.server_clock import Told
from abstractor.fhir.smart.scopes import Granted

__all__ = ["Exporter", "FileLost", "Wait"]

_ACCEPTED = 202
_ASYNC = {"Accept": "application/fhir+json", "Prefer": "respond-async"}
_NDJSON = {"Accept": "application/fhir+ndjson, application/ndjson", "Accept-Encoding": "gzip"}
_THROTTLED = 429
_GONE = frozenset({404, 410})
# What the clinic says of an export that may still come to something.
_MAY_PASS = frozenset({"transient", "timeout", "throttled", "lock-error"})


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet: look again, after so many seconds where the clinic says so. `why` is codes only."""

    seconds: float | None
    why: str


class _Output(msgspec.Struct):
    output: list[msgspec.Raw] | None = None


class FileLost(Exception):
    """A file of an export could not be read to its end; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


class _MadeAnew(Exception):
    """The file is another than it was when its first lines came."""


@dataclass(slots=True)
class _Came:
    """How many lines of a file came, and the digest of them all."""

    lines: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def take(self, line: Line) -> None:
        self.lines = line.number
        self.digest.update(_digest(line))


class Exporter:
    """Over the client of a connection. Any number of threads may read files at once."""

    def __init__(
        self,
        endpoint: Endpoint,
        http: Http,
        plan: Plan,
        medications: Medications,
        *,
        get: Callable[[str], bytes | Failure],
    ) -> None:
        """`get` reads a path below the base address."""
        self.endpoint = endpoint
        self.plan = plan
        self.medications = medications
        self.get = get
        self._http = http

    def asked(
        self,
        types: Sequence[str],
        *,
        group: str | None,
        since: str | None = None,
        granted: Granted | None = None,
    ) -> ExportAsked:
        return export_asked(self.plan, types, group=group, since=since, granted=granted)

    def clock(self) -> Told | None:
        """The clinic's, as its last answer told it."""
        return self._http.server_clock.latest()

    def begin(self, asked: ExportAsked) -> str | Wait:
        """The address that tells how far it is; `Wait` where another export is running there.

        ClinicRefused, ClinicMisbehaved: there will be no export. ClinicUnreachable: not now.
        """
        got = self._http.ask("GET", asked.address(self.endpoint.root), headers=_ASYNC)
        if isinstance(got, Failure):
            if got.status == _THROTTLED:
                return Wait(got.retry_after, "job-running")
            raise self._failed(got, "it was asked for")
        if got.status != _ACCEPTED:
            raise self._failed(_failure(got), "it was asked for")
        where = urljoin(self.endpoint.root, got.headers.get("content-location", ""))
        if "content-location" not in got.headers or origin_of(where) != self.endpoint.origin:
            raise ClinicMisbehaved(
                f"{self.endpoint.origin} began an export and gave no usable address to ask for it: "
                "its Content-Location must be there, and at the clinic's own address"
            )
        return where

    def look(self, status_address: str) -> Manifest | Wait:
        """The manifest, once it is done. ClinicUnreachable: look again later."""
        got = self._http.ask("GET", status_address)
        if isinstance(got, Failure):
            if got.status == _THROTTLED:
                return Wait(got.retry_after, "throttled")
            raise self._failed(got, "it was waited for")
        if got.status == _ACCEPTED:
            return Wait(retry_after(got.headers.get("retry-after")), "in-progress")
        if got.status in _GONE:
            failure = _failure(got)
            raise ClinicRefused(
                f"{self.endpoint.origin} has no such export any more ({failure.detail}): it was deleted or "
                "has expired; begin a new round",
                status=got.status,
            )
        if got.status != 200:
            raise self._failed(_failure(got), "it was waited for")
        manifest = read_manifest(got.body, status_address=status_address, origin=self.endpoint.origin)
        if manifest is None:
            raise ClinicMisbehaved(
                f"{self.endpoint.origin} finished an export and gave something else than its manifest"
            )
        if not _lists_output(got.body):
            raise ClinicMisbehaved(
                f"{self.endpoint.origin} finished an export and does not say what its files are: its "
                "manifest must have the list `output`, be it empty; tell the EHR team, or pull by search"
            )
        return manifest

    def lines(self, file: ManifestFile) -> Iterator[Line]:
        """A transfer that breaks is taken up again where it broke, as long as what came before is the same;
        else it comes anew, from its first line on.

        FileLost: it cannot be read to its end, after all tries.
        """
        if file.objection is not None:
            raise FileLost(Failure(Reason.UNUSABLE_LINK))
        came, tries, anew = _Came(), 1, 0
        while True:
            before = came.lines
            try:
                yield from self._after(came, file)
                return
            except _MadeAnew:
                came, failure, anew = _Came(), Failure(Reason.BROKEN_TRANSFER), anew + 1
            except BrokenOff as broken:
                failure = broken.failure
            except ClinicUnreachable:
                failure = Failure(Reason.BROKEN_TRANSFER)
            tries = 1 if came.lines > before else tries + 1
            if not failure.passing or max(tries, anew) > self.endpoint.tries:
                raise FileLost(failure)
            self._http.wait(tries - 1, failure.retry_after)

    def _after(self, came: "_Came", file: ManifestFile) -> Iterator[Line]:
        """The lines after those that came, which must be there still."""
        again = hashlib.sha256()
        number = 0
        for line in self._once(file):
            number = line.number
            if number > came.lines:
                came.take(line)
                yield line
                continue
            again.update(_digest(line))
            if number == came.lines and again.digest() != came.digest.digest():
                raise _MadeAnew
        if number < came.lines:
            raise _MadeAnew

    def delete(self, status_address: str) -> bool:
        """Whether the clinic took it, or knows nothing of it any more. It costs nothing where it does not."""
        with suppress(ClinicError):
            got = self._http.ask("DELETE", status_address)
            return isinstance(got, Reply) and (got.status < 300 or got.status in _GONE)
        return False

    def _once(self, file: ManifestFile) -> Iterator[Line]:
        with self._http.streaming(file.url, headers=_NDJSON, signed=file.signed) as flow:
            if isinstance(flow, Failure):
                raise BrokenOff(flow)
            if flow.headers.get("content-type", "").lower().startswith("text/html"):
                raise BrokenOff(Failure(Reason.NOT_FHIR))
            if flow.headers.get("content-encoding", "identity").lower() not in ("identity", "gzip"):
                raise BrokenOff(Failure(Reason.NOT_FHIR))
            yield from lines_of(unpacked(flow.pieces))

    def _failed(self, failure: Failure, when: str) -> ClinicError:
        """An error that names issue codes is the clinic's last word, whatever its status is."""
        origin = self.endpoint.origin
        final = failure.issues and not _MAY_PASS.intersection(failure.issues)
        message = f"{origin} gave no export when {when} ({failure.detail})"
        if failure.passing and not final:
            return ClinicUnreachable(f"{message}: try again later")
        advice = "check that this client may export there, and its scopes; or pull by search"
        if failure.status is None:
            return ClinicMisbehaved(f"{message}: {advice}")
        return ClinicRefused(f"{message}: {advice}", status=failure.status)


def _failure(reply: Reply) -> Failure:
    return Failure(Reason.STATUS, status=reply.status, issues=issue_codes(reply.body))


def _digest(line: Line) -> bytes:
    return hashlib.sha256(line.body).digest()


def _lists_output(manifest: bytes) -> bool:
    """An export of nothing has an empty list; without any nobody knows what there is."""
    return msgspec.json.decode(manifest, type=_Output).output is not None
