"""`python -m worker`: worker processes as many as are set, the scheduler and the reconciler, until SIGTERM or
Ctrl-C.
"""

import logging
import sys

from abstractor.errors import AbstractorError
from abstractor.settings import Settings
from abstractor.workflow import open_services
from abstractor.workflow.watching.watched import notices, watched
from worker.pool import run
from worker.telling import tell_in_one_line

__all__ = ["main"]


def main() -> int:
    tell_in_one_line()
    settings = Settings()
    try:
        services = open_services(settings)
        services.queue.ping()
        if settings.schedule:
            for warning in notices(services, watched(services)):
                logging.getLogger(__name__).warning("%s", warning)
    except AbstractorError as failure:
        sys.stderr.write(f"{failure}\n")
        return failure.exit_code
    run(services, processes=settings.workers)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
