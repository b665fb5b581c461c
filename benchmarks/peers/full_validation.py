"""Peer: every resource through fhir.resources (R4B), the whole model, then the question in plain Python.

full_validation.py EXPORT QUESTION.json > answers.ndjson. Times apart go to stderr as one JSON line.
"""

import time

started = time.perf_counter()

import json  # noqa: E402 - the time of every import counts
import sys  # noqa: E402
from collections import defaultdict  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from fhir.resources.R4B.condition import Condition  # noqa: E402
from fhir.resources.R4B.encounter import Encounter  # noqa: E402
from fhir.resources.R4B.medicationrequest import MedicationRequest  # noqa: E402
from fhir.resources.R4B.observation import Observation  # noqa: E402
from fhir.resources.R4B.patient import Patient  # noqa: E402

_MODELS: dict[str, Any] = {
    model.__name__: model for model in (Patient, Condition, MedicationRequest, Encounter, Observation)
}
_ICD = "http://hl7.org/fhir/sid/icd-10-cm"


def main(folder: str, asked: str) -> None:
    question = json.loads(Path(asked).read_text())
    start, mark = time.perf_counter() - started, time.perf_counter()
    held: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for kind, model in _MODELS.items():
        for resource in _read(Path(folder) / f"{kind}.ndjson", model.model_validate_json):
            owner = resource.id if kind == "Patient" else resource.subject.reference.removeprefix("Patient/")
            held[owner][kind].append(resource)
    load, mark = time.perf_counter() - mark, time.perf_counter()
    for owner in sorted(held):
        sys.stdout.write(json.dumps(_row(owner, held[owner], question), separators=(",", ":")) + "\n")
    sys.stdout.flush()
    times = {"start": start, "load": load, "execute": time.perf_counter() - mark}
    sys.stderr.write(json.dumps(times) + "\n")


def _read(file: Path, validate: Callable[[str], Any]) -> Iterator[Any]:
    with file.open() as lines:
        for line in lines:
            yield validate(line)


def _row(owner: str, held: dict[str, list[Any]], question: dict[str, Any]) -> dict[str, Any]:
    confirmed = [each.code for each in held["Condition"] if _confirmed(each)]
    breast = any(_listed(code, question["breast_cancer"]) or _is_c50(code) for code in confirmed)
    spread = any(_listed(code, question["metastasis"]) for code in confirmed)
    days = [_day(order) for order in held["MedicationRequest"] if _live(order, question)]
    visits = sum(each.status in question["encounter_statuses"] for each in held["Encounter"])
    belongs = breast and spread and bool(days)
    return {"id": owner, "in": belongs, "first_order": min(days, default=None)} | {
        "orders": len(days),
        "encounters": visits,
    }


def _confirmed(condition: Any) -> bool:
    status = condition.verificationStatus
    return status is not None and any(each.code == "confirmed" for each in status.coding or ())


def _listed(concept: Any, codes: dict[str, list[str]]) -> bool:
    return any(each.code in codes.get(each.system, ()) for each in concept.coding or ())


def _is_c50(concept: Any) -> bool:
    codes = [each.code for each in concept.coding or () if each.system == _ICD]
    return any(code == "C50" or code.startswith("C50.") for code in codes)


def _live(order: Any, question: dict[str, Any]) -> bool:
    live = order.status in question["order_statuses"] and order.intent in question["order_intents"]
    return live and not order.doNotPerform and _listed(order.medicationCodeableConcept, question["orders"])


def _day(order: Any) -> str:
    return str(order.authoredOn.isoformat()[:10])


main(*sys.argv[1:])
