"""The training charts as the fixtures tell them, by a process of its own, as the sample clinic is one."""

import subprocess
import sys
from datetime import datetime

from abstractor.errors import SetupError
from abstractor.store.values import Account
from abstractor.workflow.acting import By
from abstractor.workflow.auditing.training.calibrating import calibrate, require_calibration
from abstractor.workflow.auditing.training.charts import charts_in
from abstractor.workflow.services import Services

__all__ = ["calibrate_readers", "told_charts"]

_LONGEST = 60


def calibrate_readers(services: Services, audit_id: int, *, lead: Account | By, now: datetime) -> int:
    """For each reader of that audit what is missing of its three calibrations, open to be read; how many."""
    require_calibration(services, audit_id, lead=lead)
    period, charts = charts_in(told_charts())
    return calibrate(services, audit_id, charts, period, lead=lead, now=now)


def told_charts() -> list[str]:
    """One a line."""
    words = [sys.executable, "-m", "fixtures.training"]
    try:
        told = subprocess.run(  # noqa: S603 - our own module, with no word from elsewhere
            words, capture_output=True, text=True, encoding="utf-8", check=False, timeout=_LONGEST
        )
    except (OSError, subprocess.TimeoutExpired):
        raise SetupError("the training charts cannot be told by a process of their own; try again") from None
    if told.returncode != 0:
        raise SetupError("the training charts are not there: install the program whole, with its fixtures")
    return told.stdout.splitlines()
