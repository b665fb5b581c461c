"""The command line: translates words into workflow calls, results to stdout, progress and errors to
stderr."""

import gc
import sys

__all__ = ["main"]

_INTERRUPTED = 130
# Objects. What is imported and loaded at the start stays: looking for cycles in it took a sixth of the start.
_COLLECTED_EVERY = 100_000


def main() -> None:
    """What is to be imported takes a while, in which Ctrl-C ends the program as it does later."""
    gc.set_threshold(_COLLECTED_EVERY)
    try:
        from abstractor.cli.app import main as program

        program()
    except KeyboardInterrupt:
        sys.stderr.write("abstractor: stopped\n")
        sys.exit(_INTERRUPTED)
