"""`abstractor serve` and `worker`: the pages, and the workers."""

import os
import signal
import sys
import time
from contextlib import ExitStack
from types import FrameType

from pydantic import SecretStr

from abstractor import workflow
from abstractor.cli.children import child, environment
from abstractor.cli.giving import link_at
from abstractor.errors import SetupError
from abstractor.settings import Settings
from abstractor.workflow.watching.watched import notices, watched

__all__ = ["serve", "worker"]


def serve() -> None:
    """Serve the pages and the API (ABSTRACTOR_HOST, ABSTRACTOR_PORT) until SIGTERM or Ctrl-C.

    Without ABSTRACTOR_REDIS_URL a queue of our own runs as long as the pages do.
    """
    settings = Settings()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _as_interrupt)
    try:
        _serve(settings)
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")


def _serve(settings: Settings) -> None:
    with ExitStack() as stack:
        queue = stack.enter_context(workflow.embedded_queue(settings))
        settings = settings.model_copy(update={"redis_url": SecretStr(queue)})
        services = workflow.open_services(settings)
        account = workflow.first_account(services, by_link=True)
        for warning in notices(services, watched(services)):
            sys.stderr.write(f"warning: {warning}\n")
        services.close()
        pages = stack.enter_context(child("the pages", "abstractor.web", env=environment(settings)))
        sys.stdout.write(f"Pages at {settings.pages_url}; sign in as {account.name}")
        sys.stdout.write(f" with {account.password}\n" if account.password else "\n")
        if account.link is not None:
            sys.stdout.write(
                f"Set its password first, within three days: {link_at(settings, account.link)}\n"
            )
        sys.stdout.flush()
        while (code := pages.process.poll()) is None:
            time.sleep(0.2)  # not wait(): a signal must always get through
        if code:
            raise SetupError(f"the pages ended with code {code}; their message stands above")


def worker() -> None:
    """Run jobs until SIGTERM or Ctrl-C: as many processes as ABSTRACTOR_WORKERS says, with the reconciler.

    Beside them a scheduler begins the nightly pulls of the clinics and tells IT of those that fail or are
    overdue. Any number of machines may run this: each night begins once. ABSTRACTOR_SCHEDULE=false leaves
    the scheduler to the others.
    """
    os.execv(sys.executable, [sys.executable, "-m", "worker"])


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
