"""Charts told in lines of plain words, for tests of the engine that need no FHIR.

    breast cancer 2019-02-01
    metastasis liver 2019-03-01
    order THP 2019-03-15
    THP 2019-03-20..2019-07-24          (a dose every 21 days, the last on the last day)
    H+P 2019-08-14..2021-02-08 every 21
    fill capecitabine 2021-03-01 for 21
    fills letrozole 2020-01-05..2020-07-01 every 30
    said tucatinib 2021-03-01 until 2021-05-30
    progression 2021-02-20
    therapy radiotherapy 2021-02-25
    death 2022-05-01
    visit 2021-03-01 by doctor-two at north

A drug is its generic name or one of `SHORT`. A date may be partial ("2022", "2021-05") or missing ("?").
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from abstractor.chart import (
    Administration,
    Biomarker,
    Chart,
    Completeness,
    Diagnosis,
    Dispense,
    Order,
    Patient,
    Procedure,
    Result,
    Seen,
    Source,
    Stage,
    Standing,
    Statement,
    Visit,
)
from abstractor.codes import Coding
from abstractor.dates import DateInterval, read_date

__all__ = ["SHORT", "agents_in", "day", "told"]

SHORT = {
    "H": "trastuzumab",
    "P": "pertuzumab",
    "D": "docetaxel",
    "C": "carboplatin",
    "THP": "docetaxel+pertuzumab+trastuzumab",
    "TCHP": "carboplatin+docetaxel+pertuzumab+trastuzumab",
    "HP": "pertuzumab+trastuzumab",
    "T-DM1": "ado-trastuzumab emtansine",
    "T-DXd": "fam-trastuzumab deruxtecan",
    "TXH": "capecitabine+trastuzumab+tucatinib",
}
_STANDINGS = {
    "unknown": Standing.CONTEXT,
    "cancelled": Standing.WITHDRAWN,
    "draft": Standing.WITHDRAWN,
    "not-done": Standing.AGAINST,
    "not-taken": Standing.AGAINST,
    "intended": Standing.WITHDRAWN,
    "provisional": Standing.CONTEXT,
    "refuted": Standing.AGAINST,
}
_ICD = "http://hl7.org/fhir/sid/icd-10-cm"
_UTC = ZoneInfo("UTC")


def day(text: str) -> DateInterval | None:
    return None if text == "?" else read_date(text, _UTC).days


def agents_in(text: str) -> tuple[str, ...]:
    return tuple(sorted({a for part in text.split("+") for a in SHORT.get(part, part).split("+")}))


def told(story: str, *, seen: Seen = Seen.COMPLETE) -> Chart:
    """The chart of a story, one fact a line; every type seen as `seen` says."""
    teller = _Teller()
    for line in story.splitlines():
        words = line.split("#")[0].strip()
        if words:
            teller.tell(words)
    return teller.chart(seen)


@dataclass
class _Teller:
    facts: dict[str, list[object]] = field(default_factory=dict)
    patient: Patient = field(default_factory=lambda: Patient("Patient/1", None, "female", False, None, ()))
    count: int = 0

    def tell(self, words: str) -> None:
        for pattern, method in _SENTENCES:
            match = re.fullmatch(pattern, words)
            if match is not None:
                method(self, match.groupdict())
                return
        raise ValueError(f"not a sentence of a story: {words}")

    def chart(self, seen: Seen) -> Chart:
        types = (
            "Condition",
            "Encounter",
            "MedicationAdministration",
            "MedicationDispense",
            "MedicationRequest",
        )
        completeness = tuple(Completeness(name, seen, 1, None) for name in types)
        facts: dict[str, Any] = {kind: tuple(held) for kind, held in self.facts.items()}
        return Chart(self.patient, completeness=completeness, **facts)

    def hold(self, kind: str, fact: object) -> None:
        self.facts.setdefault(kind, []).append(fact)

    def name(self, kind: str, text: str) -> tuple[str, tuple[Source, ...]]:
        self.count += 1
        reference = f"{kind}/{self.count}"
        return reference, (Source(reference, f"{kind}.date", "1", text),)

    def dose(self, said: dict[str, str | None]) -> None:
        for when in _days(said, 21):
            reference, sources = self.name("MedicationAdministration", when)
            status = said["status"] or "completed"
            standing = _STANDINGS.get(status, Standing.PARTIAL if status == "stopped" else Standing.COUNTS)
            self.hold(
                "administrations",
                Administration(
                    reference, "administration", agents_in(said["drugs"] or ""), None, day(when), standing,
                    status, said["order"], _words(said["reason"]), _stop(said), said["encounter"], sources,
                ),
            )  # fmt: skip

    def fill(self, said: dict[str, str | None]) -> None:
        for when in _days(said, int(said["every"] or 30)):
            reference, sources = self.name("MedicationDispense", when)
            supply = int(said["supply"] or said["every"] or 0) or None
            self.hold(
                "dispenses",
                Dispense(
                    reference, agents_in(said["drugs"] or ""), None, day(when), supply, Standing.COUNTS,
                    "completed", None, (), sources,
                ),
            )  # fmt: skip

    def order(self, said: dict[str, str | None]) -> None:
        for when in _days(said, 21):
            reference, sources = self.name("MedicationRequest", when)
            start, end, status = day(when), said["until"], said["status"] or "active"
            supply = (start, None if end == "open" else day(end)) if end and start else None
            self.hold(
                "orders",
                Order(
                    said["id"] or reference, agents_in(said["drugs"] or ""), None, start, supply,
                    _STANDINGS.get(status, Standing.COUNTS), status, "order", _words(said["reason"]),
                    _stop(said), said["by"], said["encounter"], sources,
                ),
            )  # fmt: skip

    def said(self, said: dict[str, str | None]) -> None:
        for when in _days(said, 30):
            reference, sources = self.name("MedicationStatement", when)
            status = said["status"] or "active"
            standing = _STANDINGS.get(status, Standing.COUNTS)
            until = day(said["until"]) if said["until"] else None
            self.hold(
                "statements",
                Statement(
                    reference, agents_in(said["drugs"] or ""), None, day(when), until, standing, status,
                    said["order"], (), _stop(said), sources,
                ),
            )  # fmt: skip

    def therapy(self, said: dict[str, str | None]) -> None:
        """Local therapy: a Procedure that is no dose."""
        _, sources = self.name("Procedure", said["when"] or "?")
        concepts = ((said["concept"] or ""),)
        when = day(said["when"] or "?")
        self.hold(
            "procedures",
            Procedure("procedure", concepts, False, None, when, Standing.COUNTS, (), sources),
        )

    def diagnosis(self, said: dict[str, str | None]) -> None:
        site = said["site"]
        _, sources = self.name("Condition", said["when"] or "?")
        concepts = (
            ("distant-metastasis", f"{site}-metastasis") if site else (said["concept"] or "breast-cancer",)
        )
        self.hold(
            "diagnoses",
            Diagnosis(
                concepts, (Coding(_ICD, site or concepts[0]),), None, day(said["when"] or "?"), None,
                _STANDINGS.get(said["clinical"] or "", Standing.COUNTS), said["clinical"] or "active", None,
                sources,
            ),
        )  # fmt: skip

    def stage(self, said: dict[str, str | None]) -> None:
        _, sources = self.name("Observation", said["when"] or "?")
        stage = Stage("m", said["value"] or "", day(said["when"] or "?"), Standing.COUNTS, sources)
        self.hold("stages", stage)

    def status(self, said: dict[str, str | None]) -> None:
        answer = "answer:progressed" if said["said"] == "progression" else "answer:stable"
        _, sources = self.name("Observation", said["when"] or "?")
        self.hold(
            "results",
            Result(("disease-status",), None, None, (answer,), None, day(said["when"] or "?"),
                   Standing.COUNTS, sources),
        )  # fmt: skip

    def her2(self, said: dict[str, str | None]) -> None:
        _, sources = self.name("Observation", said["when"] or "?")
        self.hold(
            "biomarkers",
            Biomarker(
                "her2",
                "ihc",
                said["reading"],
                None,
                None,
                day(said["when"] or "?"),
                Standing.COUNTS,
                sources,
            ),
        )

    def death(self, said: dict[str, str | None]) -> None:
        when = said["when"] or "?"
        source = Source("Patient/1", "Patient.deceasedDateTime", "1", when)
        self.patient = Patient("Patient/1", None, "female", True, day(when), (source,))

    def visit(self, said: dict[str, str | None]) -> None:
        reference, sources = self.name("Encounter", said["when"] or "?")
        self.hold(
            "visits",
            Visit(said["id"] or reference, day(said["when"] or "?"), day(said["last"] or "?"), "AMB", (),
                  Standing.COUNTS, "finished", said["by"], said["site"], sources),
        )  # fmt: skip


def _days(said: dict[str, str | None], every: int) -> Iterator[str]:
    """One day, or a day every so many up to the last, the last included."""
    first, last = said["when"] or "?", said.get("last")
    if last is None:
        yield first
        return
    at, end = date.fromisoformat(first), date.fromisoformat(last)
    while at < end:
        yield at.isoformat()
        at += timedelta(days=int(said.get("every") or every))
    yield end.isoformat()


def _words(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()


def _stop(said: dict[str, str | None]) -> tuple[str, ...]:
    return (f"stop-reason:{said['stop']}",) if said["stop"] else ()


_WHEN = r"(?P<when>\?|\d{4}(?:-\d\d(?:-\d\d)?)?)"
_LAST = r"(?:\.\.(?P<last>[\d-]+))?(?: every (?P<every>\d+))?"
_DRUGS = r"(?P<drugs>[\w+-]+(?: (?:emtansine|deruxtecan))?)"
_STATUS = (
    r"(?: (?P<status>active|completed|stopped|cancelled|draft|unknown|not-done))?"
    r"(?: because (?P<stop>[\w-]+))?"
)
_SAID = r"(?: (?P<status>active|completed|stopped|unknown|not-taken|intended))?(?: because (?P<stop>[\w-]+))?"
_ORDERED = r"(?: as (?P<id>\S+))?(?: by (?P<by>\S+))?"
_ENDS = r"(?: for cancer (?P<reason>[\w-]+))?(?: in (?P<encounter>\S+))?"
_SENTENCES: tuple[tuple[str, Callable[[_Teller, dict[str, str | None]], None]], ...] = (
    (rf"metastasis (?P<site>[a-z]+) {_WHEN}(?: (?P<clinical>\w+))?(?P<concept>)", _Teller.diagnosis),
    (rf"condition (?P<concept>[a-z0-9-]+) {_WHEN}(?: (?P<clinical>\w+))?(?P<site>)", _Teller.diagnosis),
    (rf"(?P<said>progression|stable) {_WHEN}", _Teller.status),
    (rf"stage (?P<value>\S+) {_WHEN}", _Teller.stage),
    (rf"her2 (?P<reading>\S+) {_WHEN}", _Teller.her2),
    (rf"death {_WHEN}", _Teller.death),
    (rf"visit {_WHEN}(?:\.\.(?P<last>[\d-]+))?{_ORDERED}(?: at (?P<site>\S+))?", _Teller.visit),
    (rf"order {_DRUGS} {_WHEN}{_LAST}(?: until (?P<until>\S+))?{_STATUS}{_ORDERED}{_ENDS}", _Teller.order),
    (
        rf"said {_DRUGS} {_WHEN}{_LAST}(?: until (?P<until>\S+))?{_SAID}(?: by order (?P<order>\S+))?",
        _Teller.said,
    ),
    (rf"therapy (?P<concept>[a-z0-9-]+) {_WHEN}", _Teller.therapy),
    (rf"fills? {_DRUGS} {_WHEN}{_LAST}(?: for (?P<supply>\d+))?", _Teller.fill),
    (rf"{_DRUGS} {_WHEN}{_LAST}{_STATUS}(?: by order (?P<order>\S+))?{_ENDS}", _Teller.dose),
)  # fmt: skip
