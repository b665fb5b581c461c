"""Patients on a CDK4/6 inhibitor, told record by record for tests of its measures and of its cohort."""

from dataclasses import replace
from datetime import date
from typing import Any

from abstractor.abstract import Finding
from fixtures.stories import Story, Tale, tale
from tests.asking import abstract_told

__all__ = ["AS_OF", "answer", "finding", "patient", "with_status"]

AS_OF = date(2022, 12, 31)


def patient(*, as_of: date = AS_OF) -> Tale:
    """Hormone-receptor-positive, HER2-negative disease in bone since January 2022. The infusion for the bone
    shows that administrations are recorded."""
    told = tale("someone", as_of=as_of).breast_cancer("2022-01-10").her2_ihc("1+", "2022-01-13")
    return (
        told.hormone_receptors("positive", "2022-01-13")
        .metastasis("bone", "2022-01-17")
        .given("zoledronic acid", "2022-02-01")
        .visit("2022-02-01")
    )


def finding(told: Tale | Story, rule: str) -> Finding | None:
    story = told if isinstance(told, Story) else told.told()
    return next((each for each in abstract_told(story).findings if each.rule == rule), None)


def answer(told: Tale | Story, rule: str) -> str | None:
    """ "unknown (not-seen-whole)": the verdict, and the reason in the statement where there is one."""
    found = finding(told, rule)
    if found is None:
        return None
    reason = found.statement.rpartition(" (")[2].removesuffix(").")
    return (
        f"{found.verdict} ({reason})"
        if found.statement.endswith(").") and " " not in reason
        else found.verdict
    )


def with_status(told: Tale, types: tuple[str, ...], on: str, status: str) -> Story:
    """The story with the records of those types and that day in another status."""
    story = told.told()
    return replace(story, resources=tuple(_in_status(each, types, on, status) for each in story.resources))


def _in_status(each: dict[str, Any], types: tuple[str, ...], on: str, status: str) -> dict[str, Any]:
    days = (value for value in each.values() if isinstance(value, str))
    if each["resourceType"] not in types or not any(day.startswith(on) for day in days):
        return each
    return {**each, "status": status}
