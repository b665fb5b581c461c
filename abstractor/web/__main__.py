"""`python -m abstractor.web`: pages and API until SIGTERM or Ctrl-C; `abstractor serve` starts this."""

import logging
import sys

from abstractor.errors import AbstractorError
from abstractor.settings import Settings
from abstractor.web.server import listening, serve
from abstractor.workflow import open_services

__all__ = ["main"]


def main() -> int:
    """Serve as the environment says."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = Settings()
    try:
        with listening(settings) as listener:
            serve(open_services(settings), listener)
    except AbstractorError as wrong:
        sys.stderr.write(f"abstractor: {wrong}\n")
        return wrong.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
