"""Leases that are lengthened while their work goes on; when the process dies, so do its leases."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from abstractor.errors import StoreError
from abstractor.store.database import Session
from abstractor.workflow.services import Services

__all__ = ["kept_up", "lease_end"]

_log = logging.getLogger(__name__)


@contextmanager
def kept_up(services: Services, renew: Callable[[Session, datetime], object]) -> Iterator[None]:
    """Call `renew` with a new end now and again, on a thread of its own, until the block is left."""
    done = threading.Event()

    def keep() -> None:
        while not done.wait(services.settings.lease / 3):
            try:
                with services.store.writing() as session:
                    renew(session, lease_end(services))
            except StoreError as failure:
                _log.warning("leases were not renewed this time: %s", failure)

    keeper = threading.Thread(target=keep, name="leases", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def lease_end(services: Services) -> datetime:
    return services.clock() + timedelta(seconds=services.settings.lease)
