"""What workers say of a failure: one line, and nothing of a chart."""

import logging

from worker.telling import OneLine


def test_a_traceback_is_told_as_the_kind_of_its_error() -> None:
    canary = "Jane Q. Canary"
    told: list[str] = []
    for error in (None, (KeyError, KeyError(canary), None)):
        trace = f"Traceback (most recent call last):\n  File x\nabstractor.errors.StoreError: {canary}"
        words = f"job j1: raised\n{trace}" if error is None else "job j1: raised"
        record = logging.LogRecord("rq", logging.ERROR, "x", 1, "%s", (words,), error)
        told.append(OneLine("%(message)s").format(record))
    assert told == ["job j1: raised (StoreError)", "job j1: raised (KeyError)"]
