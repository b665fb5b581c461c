"""The command line: translates words into workflow calls, results to stdout, progress and errors to
stderr."""

import sys

__all__ = ["main"]

_INTERRUPTED = 130


def main() -> None:
    """What is to be imported takes a while, in which Ctrl-C ends the program as it does later."""
    try:
        from abstractor.cli.app import main as program

        program()
    except KeyboardInterrupt:
        sys.stderr.write("abstractor: stopped\n")
        sys.exit(_INTERRUPTED)
