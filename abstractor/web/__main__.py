"""`python -m abstractor.web`: the pages and the API, until SIGTERM or Ctrl-C; `abstractor serve` starts this."""

import logging
import sys

import uvicorn

from abstractor.errors import AbstractorError, OptionError
from abstractor.settings import Settings
from abstractor.web.app import create_app
from abstractor.workflow import open_services

__all__ = ["main"]

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def main() -> int:
    """Serve as the environment says. Access is not logged: addresses are opaque, and the audit trail keeps who saw."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = Settings()
    try:
        if settings.host not in _LOOPBACK and not settings.behind_tls:
            raise OptionError(
                f"{settings.host} can be reached from outside without TLS: put a TLS proxy in front and set "
                "ABSTRACTOR_BEHIND_TLS=true, or listen on 127.0.0.1"
            )
        app = create_app(open_services(settings))
    except AbstractorError as wrong:
        sys.stderr.write(f"abstractor: {wrong}\n")
        return wrong.exit_code
    uvicorn.run(app, host=settings.host, port=settings.port, access_log=False, log_level="warning")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
