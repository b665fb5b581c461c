"""What every use case works with, put together once at an entry and passed on as one frozen value."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from abstractor.chart import Seen
from abstractor.codes import ValueSets
from abstractor.errors import AbstractorError, SetupError
from abstractor.fhir.endpoint import Connection, Endpoint, connect
from abstractor.fhir.files import completeness_file
from abstractor.fhir.http import Auth
from abstractor.guidelines import load_knowledge
from abstractor.jobs import WorkQueue, embedded_server, open_queue, socket_of
from abstractor.rules.library import Library
from abstractor.store import schema
from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.store.key_file import first_key, keys_from_file, keys_from_secret
from abstractor.store.sealed import keys_in_use, require_keys
from abstractor.store.sealing import Sealer
from abstractor.workflow.abstracting.deciding import Decide, ReadChart, decide, read_chart
from abstractor.workflow.kept import Kept
from abstractor.workflow.options import Options

__all__ = ["Connect", "Services", "embedded_queue", "missing", "now_utc", "open_services"]


def now_utc() -> datetime:
    return datetime.now(UTC)


class Connect(Protocol):
    """`auth` signs in, `dialect` names how the clinic is asked, and `codes` are what to ask for of
    a type that it does not give whole; `categorised` types it does, by category. `now` is the clock
    by which pulls are kept.
    """

    def __call__(
        self,
        endpoint: Endpoint,
        /,
        *,
        auth: Auth | None = None,
        dialect: str = "auto",
        codes: Mapping[str, Sequence[str]] = ...,
        categorised: Collection[str] = ...,
        now: Callable[[], datetime] = ...,
    ) -> AbstractContextManager[Connection]: ...


@dataclass(frozen=True, slots=True)
class Services:
    """`overrides` is what the site's `completeness.json` says. `connect`, `read_chart`, `decide` and `clock`
    are the seams at which a test may stand. `counted` are agreement tables, kept for as long as they hold.
    """

    settings: Options
    store: Store
    queue: WorkQueue
    library: Library
    value_sets: ValueSets
    overrides: Mapping[str, Seen] = field(default_factory=dict)
    connect: Connect = connect
    read_chart: ReadChart = read_chart
    decide: Decide = decide
    clock: Callable[[], datetime] = now_utc
    counted: Kept = field(default_factory=Kept)
    named: Kept = field(default_factory=Kept)

    def close(self) -> None:
        self.store.close()
        self.queue.close()


def open_services(settings: Options) -> Services:
    """Open everything. The embedded database is made and upgraded; another must be in step already."""
    if settings.site is not None and not settings.site.is_dir():
        raise SetupError(f"ABSTRACTOR_SITE: {settings.site} is no folder; name the one with the site's codes")
    # Before a database is opened or upgraded: knowledge that must not be loaded stops every start.
    knowledge = load_knowledge(settings.site)
    overrides = completeness_file([settings.site] if settings.site is not None else [])
    url = settings.database_url.get_secret_value()
    store = open_store(url or sqlite_url(_data_dir(settings) / "abstractor.db"))
    store = replace(store, sealer=_sealer(settings, store))
    require_keys(store)
    if store.engine.dialect.name == "sqlite":
        schema.upgrade(store)
    else:
        schema.require_current(store)
    queue_url = settings.redis_url.get_secret_value() or f"unix://{socket_of(settings.data_dir)}"
    return Services(
        settings=settings,
        store=store,
        queue=open_queue(queue_url, retry_delays=settings.retry_delays),
        library=knowledge.library,
        value_sets=knowledge.value_sets,
        overrides=overrides,
    )


@contextmanager
def embedded_queue(settings: Options) -> Iterator[str]:
    """The queue's URL: the one that is set, else that of the data folder's own server, which the last of its
    users stops.
    """
    given = settings.redis_url.get_secret_value()
    if given:
        yield given
        return
    with embedded_server(_data_dir(settings)) as url:
        yield url


def missing(services: Services) -> tuple[str, ...]:
    """Which of the things that the service depends on do not answer: "database", "queue"."""
    failed: list[str] = []
    try:
        schema.require_current(services.store)
    except AbstractorError:
        failed.append("database")
    try:
        services.queue.ping()
    except AbstractorError:
        failed.append("queue")
    return tuple(failed)


def _sealer(settings: Options, store: Store) -> Sealer:
    """The keys as they are set; embedded mode makes its own, but never a second one for what is sealed."""
    given = settings.data_key.get_secret_value()
    if given and settings.data_key_file is not None:
        raise SetupError("set one of ABSTRACTOR_DATA_KEY and ABSTRACTOR_DATA_KEY_FILE, not both")
    if given:
        return keys_from_secret(given)
    if settings.data_key_file is not None:
        return keys_from_file(settings.data_key_file)
    if store.engine.dialect.name != "sqlite":
        raise SetupError(
            "no data key: a database by URL must be given one, by ABSTRACTOR_DATA_KEY_FILE or "
            "ABSTRACTOR_DATA_KEY; `abstractor data new-key FILE` makes one"
        )
    own = _data_dir(settings) / "data.key"
    return keys_from_file(own) if keys_in_use(store) else first_key(own)


def _data_dir(settings: Options) -> Path:
    """The folder of embedded mode, for this user only: it holds charts."""
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as failure:
        raise SetupError(
            f"the data folder {settings.data_dir} cannot be made ({failure.strerror}): "
            "set ABSTRACTOR_DATA_DIR"
        ) from None
    return settings.data_dir
