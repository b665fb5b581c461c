"""The reference answer, by a plain slow script that shares nothing with any peer.

`python -m benchmarks.reference FOLDER` writes one line a patient, by id. A peer counts only if its output is
the same to the byte. The question, exactly:

- breast cancer: a Condition whose code has ICD-10-CM C50 or below, or SNOMED CT 254837009, and whose
  verificationStatus says `confirmed`;
- distant metastasis: a Condition, confirmed likewise, with a code listed in `question.json`;
- an order: a MedicationRequest of a listed RxNorm code, status active, on-hold, completed or stopped, intent
  order, original-order, reflex-order, filler-order or instance-order, and not `doNotPerform`.

`in`: all three are there. `first_order`: the first day (UTC) of the orders; `orders`: how many; `encounters`:
how many Encounters are arrived, triaged, in-progress, onleave or finished.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["answer"]

_CODES = json.loads((Path(__file__).parent / "question.json").read_text())


def answer(folder: Path) -> str:
    """The answer to the question, as NDJSON."""
    patients = [each["id"] for each in _resources(folder, "Patient")]
    breast, metastatic = set(), set()
    for condition in _resources(folder, "Condition"):
        if _has(condition.get("verificationStatus"), "condition-ver-status", ("confirmed",)):
            if _is_breast_cancer(condition["code"]):
                breast.add(_subject(condition))
            if _listed(condition["code"], "metastasis"):
                metastatic.add(_subject(condition))
    days = defaultdict(list)
    for order in _resources(folder, "MedicationRequest"):
        if _is_live(order) and _listed(order["medicationCodeableConcept"], "orders"):
            days[_subject(order)].append(order["authoredOn"][:10])
    visits: dict[str, int] = defaultdict(int)
    for encounter in _resources(folder, "Encounter"):
        if encounter["status"] in _CODES["encounter_statuses"]:
            visits[_subject(encounter)] += 1
    lines = []
    for patient in sorted(patients):
        row = {
            "id": patient,
            "in": patient in breast and patient in metastatic and len(days[patient]) > 0,
            "first_order": min(days[patient], default=None),
            "orders": len(days[patient]),
            "encounters": visits[patient],
        }
        lines.append(json.dumps(row, separators=(",", ":")) + "\n")
    return "".join(lines)


def _resources(folder: Path, kind: str) -> Iterator[dict[str, Any]]:
    with (folder / f"{kind}.ndjson").open() as lines:
        for line in lines:
            yield json.loads(line)


def _subject(resource: dict[str, Any]) -> str:
    reference: str = resource["subject"]["reference"]
    return reference.removeprefix("Patient/")


def _has(concept: dict[str, Any] | None, system: str, codes: tuple[str, ...]) -> bool:
    codings = concept["coding"] if concept else []
    return any(each["system"].endswith(system) and each["code"] in codes for each in codings)


def _is_breast_cancer(code: dict[str, Any]) -> bool:
    icd = [each["code"] for each in code["coding"] if each["system"].endswith("/icd-10-cm")]
    return any(each == "C50" or each.startswith("C50.") for each in icd) or _listed(code, "breast_cancer")


def _listed(code: dict[str, Any], name: str) -> bool:
    return any(each["code"] in _CODES[name].get(each["system"], ()) for each in code["coding"])


def _is_live(order: dict[str, Any]) -> bool:
    status, intent = order["status"], order["intent"]
    live = status in _CODES["order_statuses"] and intent in _CODES["order_intents"]
    return live and not order.get("doNotPerform", False)


if __name__ == "__main__":
    sys.stdout.write(answer(Path(sys.argv[1])))
