"""The command line: translates words into workflow calls, results to stdout, progress and errors to
stderr."""

from abstractor.cli.app import app, main

__all__ = ["app", "main"]
