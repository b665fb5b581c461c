"""HER2 facts in one line each, and what the engine makes of them."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count

from abstractor.abstract import Criterion
from abstractor.chart import (
    Administration,
    Biomarker,
    Chart,
    Completeness,
    Diagnosis,
    Mention,
    Patient,
    Result,
    Seen,
    Source,
    Stage,
    Standing,
    Visit,
)
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.her2.flags import her2_flags
from abstractor.rules.her2.status import Her2Status, her2_status
from abstractor.rules.inclusion import her2_positive_mbc
from tests.asking import library
from tests.builders import day

POLICY = library().inclusion
_numbers = count(1)

Fact = Biomarker | Mention | Diagnosis | Stage | Result | Administration | Visit


def _source(kind: str, on: str) -> tuple[Source, ...]:
    return (Source(f"{kind}/{next(_numbers)}", f"{kind}.date", "1", on),)


def her2(method: str, reading: str | None, on: str, *, tissue: str | None = "Breast") -> Biomarker:
    return Biomarker(
        "her2", method, reading, None, None, day(on), Standing.COUNTS, _source("Observation", on),
        tissue=tissue, status="final",
    )  # fmt: skip


def ihc(reading: str | None, on: str, *, tissue: str | None = "Breast") -> Biomarker:
    return her2("ihc", reading, on, tissue=tissue)


def counted(quantity: str, number: float, on: str, *, tissue: str | None = "Breast") -> Biomarker:
    return replace(her2("ish", None, on, tissue=tissue), number=number, quantity=quantity)


def ish(
    ratio: float | None,
    copies: float | None,
    on: str,
    *,
    said: str | None = None,
    tissue: str | None = "Breast",
) -> tuple[Biomarker, ...]:
    """The ratio, the copies and the conclusion of one ISH, each a result of its own."""
    return (
        *((counted("ratio", ratio, on, tissue=tissue),) if ratio is not None else ()),
        *((counted("copies", copies, on, tissue=tissue),) if copies is not None else ()),
        *((her2("ish", said, on, tissue=tissue),) if said is not None else ()),
    )


def diagnosis(*concepts: str, on: str = "2019-03-01", standing: Standing = Standing.COUNTS) -> Diagnosis:
    sources = _source("Condition", on)
    return Diagnosis(concepts, (), None, day(on), None, standing, "active", None, sources)


def coded_in(encounter: str, on: str, *concepts: str) -> Diagnosis:
    """A diagnosis of a visit, recorded on that day."""
    held = diagnosis(*(concepts or ("distant-metastasis",)), on=on)
    return replace(held, recorded=day(on), encounter=f"Encounter/{encounter}", in_encounter=True)


def dose(agent: str, on: str) -> Administration:
    sources = _source("MedicationAdministration", on)
    return Administration(
        sources[0].resource, "administration", (agent,), None, day(on), Standing.COUNTS, "completed", None,
        (), (), None, sources,
    )  # fmt: skip


def words(
    on: str, reading: str | None = "3+", *, assertion: str = "stated", quote: str = "HER2 3+"
) -> Mention:
    """A sentence of a note."""
    sources = (Source(f"DocumentReference/{next(_numbers)}", "DocumentReference.description", "1", quote),)
    return Mention("her2", reading, assertion, quote, 0, len(quote), day(on), Standing.COUNTS, sources)


def outside_tissue(on: str, *, marker: str, reading: str | None = None) -> Biomarker:
    """A serum HER2 or a sequencing result."""
    sources = _source("Observation", on)
    return Biomarker(marker, "text", reading, None, None, day(on), Standing.COUNTS, sources)


CANCER = diagnosis("breast-cancer", on="2005-01-10")
LIVER = diagnosis("distant-metastasis", "liver-metastasis", on="2019-03-01")
STOMACH = diagnosis("other-her2-cancer", on="2018-01-01")


def chart(*facts: Fact | Iterable[Biomarker], seen: Seen = Seen.COMPLETE) -> Chart:
    held: list[Fact] = []
    for fact in facts:
        if isinstance(fact, tuple | list):
            held.extend(fact)
        else:
            held.append(fact)  # type: ignore[arg-type]  # what is no tuple of results is one fact
    return Chart(
        Patient("Patient/1", None, "female", False, None, ()),
        diagnoses=tuple(f for f in held if isinstance(f, Diagnosis)),
        stages=tuple(f for f in held if isinstance(f, Stage)),
        biomarkers=tuple(f for f in held if isinstance(f, Biomarker)),
        mentions=tuple(f for f in held if isinstance(f, Mention)),
        results=tuple(f for f in held if isinstance(f, Result)),
        administrations=tuple(f for f in held if isinstance(f, Administration)),
        visits=tuple(f for f in held if isinstance(f, Visit)),
        completeness=(Completeness("Condition", seen, 1, None),),
    )


def status(*facts: Fact | Iterable[Biomarker]) -> Her2Status:
    return her2_status(chart(*facts), library().inclusion)


def told(found: Her2Status) -> str:
    """ "positive", "negative", or the reason why it is unknown."""
    return found.reason or found.status


def criterion(*facts: Fact | Iterable[Biomarker]) -> Criterion:
    known, policy = chart(*facts), library().inclusion
    return her2_positive_mbc(known, policy, metastatic_anchor(known, policy), her2_status(known, policy))


def answer(*facts: Fact | Iterable[Biomarker]) -> str:
    """ "met", or the verdict with its reason."""
    decided = criterion(*facts)
    return str(decided.verdict) if decided.reason is None else f"{decided.verdict} {decided.reason}"


def flags(*facts: Fact | Iterable[Biomarker]) -> set[str]:
    known, policy = chart(*facts), library().inclusion
    anchor = metastatic_anchor(known, policy)
    her2 = her2_status(known, policy)
    decided = her2_positive_mbc(known, policy, anchor, her2)
    return {flag.code for flag in her2_flags(known, policy, anchor, decided, her2)}
