"""Which charts of a cycle an audit reads, in which order, under which codes, and which of them twice.

A pure function of the frame and the design, the same on every machine: charts are ranked by the SHA-256 of
the seed and of what they are. Which are drawn follows from the seed, the patients' numbers and the strata,
all of which the log keeps. Order, codes and second readings rest on the audit's own number and on the digest
of what was abstracted too: nobody can tell them from a patient's number, nor from another audit of that seed.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from math import ceil
from typing import assert_never

from abstractor.abstract import Verdict
from abstractor.store.auditing.values import Audit, FramedChart, LeftOut, Pick, Why
from abstractor.workflow.auditing.design import Charts, Design, Stratify

__all__ = ["Candidate", "Draw", "Stratum", "allocate", "digest_of", "draw", "draw_again", "stratum_of"]

# No vowels, so that no code is a word, and nothing that is taken for something else: 0 O, 1 I L.
_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
_CODE = 6
_ROUNDING = 1e-9
_TRIED_OUT = 0  # the number of no audit


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chart of the frame, with its stratum. `input_digest` is needed of those alone that are drawn."""

    patient_id: int
    abstract_id: int
    input_digest: str
    stratum: str


@dataclass(frozen=True, slots=True)
class Stratum:
    """How many charts of the frame are of it, how many are drawn, and how many of those are read twice."""

    name: str
    frame: int
    drawn: int
    twice: int


@dataclass(frozen=True, slots=True)
class Draw:
    """`picks` by place, `left_out` by patient: each chart of the cycle is in one of them."""

    picks: tuple[Pick, ...]
    left_out: tuple[LeftOut, ...]
    strata: tuple[Stratum, ...]


def draw(frame: Iterable[FramedChart], design: Design, *, audit_id: int = _TRIED_OUT) -> Draw:
    """Every chart of the cycle, drawn or left out for a reason; the order of `frame` changes nothing.
    `audit_id` is that of the audit that is opened: a draw that is only tried out has codes that nobody sees.
    """
    asked = frozenset(design.listed)
    candidates: list[Candidate] = []
    left_out: list[LeftOut] = []
    gone = set(asked)
    for chart in frame:
        gone.discard(chart.patient_id)
        why = _why_not(chart, design.charts, asked)
        if chart.abstract_id is None or why is not None:
            left_out.append(LeftOut(chart.patient_id, why or Why.NOT_ABSTRACTED, None))
            continue
        stratum = stratum_of(chart, design.strata)
        candidates.append(Candidate(chart.patient_id, chart.abstract_id, chart.input_digest, stratum))
    # Who was listed was of the cycle then, and no chart leaves one but by a purge.
    left_out += (LeftOut(patient_id, Why.PURGED, None) for patient_id in gone)
    drawn = _draw_among(candidates, design, audit_id)
    return Draw(drawn.picks, _by_patient([*left_out, *drawn.left_out]), drawn.strata)


def draw_again(
    picks: Sequence[Pick],
    left_out: Sequence[LeftOut],
    digests: Mapping[int, str],
    design: Design,
    *,
    audit_id: int,
) -> tuple[Pick, ...]:
    """What the seed draws from the log alone: from what was drawn, and what was not though it could be."""
    frame = [
        Candidate(one.patient_id, one.abstract_id, digests.get(one.patient_id, ""), one.stratum)
        for one in picks
    ]
    frame += (
        Candidate(one.patient_id, 0, "", one.stratum or "") for one in left_out if one.why is Why.NOT_DRAWN
    )
    return _draw_among(frame, design, audit_id).picks


def _draw_among(candidates: Sequence[Candidate], design: Design, audit_id: int) -> Draw:
    """The draw from a frame that is known: all of it, or a sample of that size spread over its strata."""
    salted = f"{design.seed}/audit {audit_id}"
    by_stratum: dict[str, list[Candidate]] = {}
    for one in candidates:
        by_stratum.setdefault(one.stratum, []).append(one)
    sizes = {name: len(charts) for name, charts in by_stratum.items()}
    wanted = len(candidates) if design.size is None else min(design.size, len(candidates))
    shares = allocate(sizes, wanted)
    drawn: list[Candidate] = []
    left_out: list[LeftOut] = []
    for name, charts in by_stratum.items():
        ranked = sorted(charts, key=lambda one: _rank(design.seed, "draw", one.patient_id))
        drawn += ranked[: shares[name]]
        left_out += (LeftOut(one.patient_id, Why.NOT_DRAWN, name) for one in ranked[shares[name] :])
    twice = _read_twice(drawn, design, salted)
    doubles = Counter(one.stratum for one in drawn if one.patient_id in twice)
    strata = (Stratum(name, sizes[name], shares[name], doubles[name]) for name in sorted(sizes))
    return Draw(_picks(drawn, twice, salted), _by_patient(left_out), tuple(strata))


def stratum_of(chart: FramedChart, strata: Sequence[Stratify]) -> str:
    """ "site:Organization/north verdict:critical"; what is not on record is "-". No strata: one, without a
    name.
    """
    return " ".join(f"{by}:{_value(chart, by)}" for by in strata)


def allocate(sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    """How many of each stratum, in proportion to its size by largest remainder.

    Where there are enough for that, each has one at least: those whose share is below one get one, and the
    rest is shared among the others. Ties go to the larger stratum, then by name. In whole numbers, so that no
    machine rounds otherwise.
    """
    left = {name: size for name, size in sizes.items() if size}
    given = dict.fromkeys(sizes, 0)
    rest = min(wanted, sum(left.values()))
    while rest >= len(left) and (small := [name for name in left if rest * left[name] < sum(left.values())]):
        for name in small:
            given[name] = 1
            del left[name]
        rest -= len(small)
    total = sum(left.values())
    if not total:
        return given
    for name, size in left.items():
        given[name] = rest * size // total
    over = sorted(left, key=lambda name: (-(rest * left[name] % total), -left[name], name))
    for name in over[: rest - sum(given[name] for name in left)]:
        given[name] += 1
    return given


def digest_of(audit: Audit, picks: Sequence[Pick], left_out: Sequence[LeftOut]) -> str:
    """Names this audit, its design as it is kept, when it was opened on which cycle, and what was drawn then:
    whatever is changed changes it.
    """
    opened = None if audit.opened_at is None else audit.opened_at.astimezone(UTC).isoformat()
    named = [audit.id, audit.cycle_id, audit.title, audit.purpose, opened, audit.design]
    drawn = [
        [one.patient_id, one.abstract_id, one.code, one.stratum, one.place, one.readers] for one in picks
    ]
    others = [[one.patient_id, one.why, one.stratum] for one in left_out]
    written = json.dumps([named, drawn, others], separators=(",", ":")).encode()
    return f"sha256:{sha256(written).hexdigest()}"


def _why_not(chart: FramedChart, charts: Charts, asked: frozenset[int]) -> Why | None:
    if chart.abstract_id is None:
        return Why.NOT_ABSTRACTED
    match charts:
        case Charts.FLAGGED:
            return None if chart.flagged else Why.NOT_FLAGGED
        case Charts.SAMPLE:
            return None if chart.verdict is Verdict.INCLUDED else Why.NOT_INCLUDED
        case Charts.LISTED:
            return None if chart.patient_id in asked else Why.NOT_LISTED
        case _:
            assert_never(charts)


def _value(chart: FramedChart, by: Stratify) -> str:
    match by:
        case Stratify.SITE:
            return chart.site or "-"
        case Stratify.CLINICIAN:
            return chart.clinician or "-"
        case Stratify.VERDICT:
            # Charts of a sample are all included: what the program says of one is its worst flag.
            return "no-flag" if not chart.flagged else chart.severity or "-"
        case _:
            assert_never(by)


def _read_twice(drawn: Sequence[Candidate], design: Design, salted: str) -> frozenset[int]:
    """A share of the charts, spread over the strata as they are."""
    if design.readers == 2:
        return frozenset(one.patient_id for one in drawn)
    many = ceil(design.double_share * len(drawn) - _ROUNDING)
    shares = allocate(Counter(one.stratum for one in drawn), many)
    chosen: set[int] = set()
    for one in sorted(drawn, key=lambda one: _drawn_rank(salted, "twice", one)):
        if shares[one.stratum]:
            shares[one.stratum] -= 1
            chosen.add(one.patient_id)
    return frozenset(chosen)


def _picks(drawn: Iterable[Candidate], twice: frozenset[int], salted: str) -> tuple[Pick, ...]:
    picks: list[Pick] = []
    codes: set[str] = set()
    ordered = sorted(drawn, key=lambda one: _drawn_rank(salted, "place", one))
    for place, one in enumerate(ordered, start=1):
        code = _code(salted, one, codes)
        codes.add(code)
        readers = 2 if one.patient_id in twice else 1
        picks.append(Pick(one.patient_id, one.abstract_id, code, one.stratum, place, readers))
    return tuple(picks)


def _code(salted: str, chart: Candidate, taken: set[str]) -> str:
    """The first that nobody has before in the order of the draw."""
    tries = 0
    while (code := _letters(_drawn_rank(salted, f"code-{tries}", chart))) in taken:
        tries += 1
    return code


def _letters(rank: bytes) -> str:
    number = int.from_bytes(rank)
    return "".join(_LETTERS[number // len(_LETTERS) ** at % len(_LETTERS)] for at in range(_CODE))


def _rank(seed: int | str, what: str, *of: object) -> bytes:
    return sha256("/".join(map(str, (seed, what, *of))).encode()).digest()


def _drawn_rank(salted: str, what: str, chart: Candidate) -> bytes:
    return _rank(salted, what, chart.patient_id, chart.input_digest)


def _by_patient(left_out: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    return tuple(sorted(left_out, key=lambda one: one.patient_id))
