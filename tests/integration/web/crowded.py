"""A told chart of more than three hundred facts, with days known in part, some that did not happen, and one
long ago.
"""

from datetime import date, timedelta
from typing import Any

from tests.integration.web.charts import ICD10, critical
from tests.integration.web.told import Told

__all__ = ["crowded"]

LOINC = "http://loinc.org"
_LABS = {"751-8": "Neutrophils", "718-7": "Hemoglobin", "777-3": "Platelets", "1742-6": "ALT"}


def crowded(number: int) -> Told:
    """The chart of the critical flag, and all that five years of treatment leave behind."""
    told = critical(number)
    for at in range(40):
        day = date(2020, 6, 1) + timedelta(22 * at)
        _drugs(told, 100 + 4 * at, day)
        for lab, (code, name) in enumerate(_LABS.items()):
            _result(told, 1000 + 10 * at + lab, day, code, name, 1.5 + at / 10)
    for at in range(12):
        _result(told, 2000 + at, date(2020, 6, 3) + timedelta(80 * at), "10230-1", "LVEF", 64 - at, "%")
        start = f"{date(2020, 6, 2) + timedelta(75 * at)}T09:00:00-05:00"
        told.add(
            "Encounter", 300 + at, status="finished", period={"start": start}, **{"class": {"code": "AMB"}}
        )
    _diagnoses(told)
    return told


def _drugs(told: Told, number: int, day: date) -> None:
    for at, name in enumerate(("docetaxel", "pertuzumab", "trastuzumab")):
        status = "not-done" if (number + at) % 17 == 0 else "completed"
        told.add(
            "MedicationAdministration",
            number + at,
            status=status,
            medicationCodeableConcept={"text": name},
            effectiveDateTime=day.isoformat(),
        )


def _result(told: Told, number: int, day: date, code: str, name: str, value: float, unit: str = "") -> None:
    coding: dict[str, Any] = {"coding": [{"system": LOINC, "code": code, "display": name}]}
    quantity = {"value": round(value, 1), "unit": unit or "10*3/uL"}
    told.add(
        "Observation",
        number,
        status="final",
        code=coding,
        effectiveDateTime=day.isoformat(),
        valueQuantity=quantity,
    )


def _diagnoses(told: Told) -> None:
    for at, (code, day) in enumerate(
        [("C50.912", "1998"), ("C79.51", "2020-05"), ("C79.31", "2021"), ("C78.00", "2021-09-10")]
    ):
        told.add(
            "Condition",
            400 + at,
            verificationStatus={"coding": [{"code": "confirmed"}]},
            code={"coding": [{"system": ICD10, "code": code}]},
            onsetDateTime=day,
        )
