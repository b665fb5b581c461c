"""How long a first pull by search may take, as far as one patient shows: the least and the most."""

import math

from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.examining.values import Asked, Examination
from abstractor.fhir.together import group_size
from abstractor.workflow.clinic.doctor_report import Estimate

__all__ = ["estimate"]


def estimate(found: Examination, setup: ClinicSetup, *, per_job: int) -> Estimate | None:
    """As fast as so many requests at once are answered, or as the ceiling allows. A job pulls `per_job`
    patients over one connection.
    """
    asked, many = found.asked, found.patients
    if asked is None:
        return None
    milliseconds = round(asked.seconds_each * 1000)
    if many is None:
        return Estimate(None, asked.requests, None, milliseconds, None)
    each = asked.seconds_each / setup.at_once
    if setup.requests_per_second is not None:
        each = max(each, 1 / setup.requests_per_second)
    most = many * asked.requests
    size = group_size(min(many, per_job), asked.lists, at_once=setup.at_once)
    least = min(most, _least(asked, many, size=size))
    return Estimate(
        many,
        asked.requests,
        most,
        milliseconds,
        _minutes(most * each),
        requests_least=least,
        minutes_least=_minutes(least * each),
    )


def _least(asked: Asked, many: int, *, size: int) -> int:
    """Of a group one search of each type that takes lists; by itself each patient. What is not asked again
    for each patient is left out: how often it is asked hangs on which answers come first.
    """
    together = asked.together if size > 1 else 0
    alone = asked.requests - asked.once - together
    return many * alone + math.ceil(many / max(size, 1)) * together


def _minutes(seconds: float) -> float:
    return math.ceil(seconds / 6) / 10
