"""The knowledge that deriving lines needs, small and fixed, so that no data file moves these tests."""

from datetime import date

from abstractor.chart import Chart
from abstractor.guidelines import load_library
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.library import (
    Agent,
    Library,
    LinePolicy,
    MaintenanceAddition,
    Regimen,
)
from abstractor.rules.line_policy import ProgressionEvidence, StopReasons
from abstractor.rules.terms import CancelledOrders, ClinicalTerms, CnsTerms, ReceptorTerms, SystemicTerms
from abstractor.rules.therapy.course import Therapy, TherapyLine
from abstractor.rules.therapy.deriving import derive

__all__ = ["AGENTS", "LIBRARY", "POLICY", "line_text", "lines_of", "therapy_of"]

_TAXANES = ("docetaxel", "nab-paclitaxel", "paclitaxel")
_AROMATASE = ("anastrozole", "exemestane", "letrozole")
_ANTIBODIES = ("pertuzumab", "trastuzumab")


def _agents(
    kind: str, route: str, *names: str, directed: bool = False, counts: bool = True
) -> dict[str, Agent]:
    return {name: Agent(name, kind, route, directed, counts) for name in names}


AGENTS = {
    **_agents("her2-antibody", "infusion", *_ANTIBODIES, "margetuximab", directed=True),
    **_agents(
        "her2-adc", "infusion", "ado-trastuzumab emtansine", "fam-trastuzumab deruxtecan", directed=True
    ),
    **_agents("her2-tki", "oral", "tucatinib", "neratinib", "lapatinib", directed=True),
    **_agents("taxane", "infusion", *_TAXANES),
    **_agents("platinum", "infusion", "carboplatin"),
    **_agents("vinca", "infusion", "vinorelbine"),
    **_agents("antimetabolite", "oral", "capecitabine"),
    **_agents("endocrine", "oral", *_AROMATASE, "tamoxifen"),
    **_agents("endocrine", "injection", "fulvestrant"),
    **_agents("cdk46", "oral", "palbociclib", "ribociclib"),
    **_agents("bone", "infusion", "zoledronic-acid", counts=False),
    **_agents("antiemetic", "oral", "ondansetron", counts=False),
}


def _regimen(name: str, *needs: tuple[str, ...], allows: tuple[str, ...] = ()) -> Regimen:
    return Regimen(name, name, needs, allows, "test")


_H, _P = ("trastuzumab",), ("pertuzumab",)
_ET = (*_AROMATASE, "fulvestrant", "tamoxifen")
_REGIMENS = (
    _regimen("TCHP", _TAXANES, ("carboplatin",), _H, _P),
    _regimen("THP", _TAXANES, _H, _P),
    _regimen("TH", _TAXANES, _H),
    _regimen("TDXD-P", ("fam-trastuzumab deruxtecan",), _P),
    _regimen("TDXD", ("fam-trastuzumab deruxtecan",)),
    _regimen("TDM1-TUC", ("ado-trastuzumab emtansine",), ("tucatinib",)),
    _regimen("TDM1", ("ado-trastuzumab emtansine",)),
    _regimen("TXH", ("tucatinib",), ("capecitabine",), _H),
    _regimen("HP-TUC", _H, _P, ("tucatinib",)),
    _regimen("NX", ("neratinib",), ("capecitabine",)),
    _regimen("H-VIN", _H, ("vinorelbine",), allows=_P),
    _regimen("H-C", _H, ("capecitabine", "carboplatin"), allows=_P),
    _regimen("HP-ET", _H, _P, _ET),
    _regimen("ET", _ET),
    _regimen("CHEMO", ("capecitabine", "vinorelbine", "carboplatin", *_TAXANES)),
)

POLICY = LinePolicy(
    id="her2mbc-1",
    source="knowledge base, section 3.3",
    lookback_before_anchor_days=14,
    regimen_window_days=28,
    late_partner_days={"capecitabine": 42, "pertuzumab": 42},
    break_flag_days=90,
    restart_gap_days=180,
    sensitivity_gap_days=(90, 120, 180),
    order_answers_within_days=60,
    ordered_not_given_days=60,
    open_end_days=90,
    chemo_dropped_after_days=28,
    joins_maintenance=("endocrine",),
    maintenance_continues_within_days=42,
    maintenance_additions=tuple(
        MaintenanceAddition(name, ("trastuzumab",), _TAXANES, 56, 365, 42)
        for name in ("palbociclib", "tucatinib")
    ),
    equivalent=(_TAXANES, _AROMATASE),
    equivalent_if_not_tolerated=(("palbociclib", "ribociclib"),),
    chemotherapy_kinds=("taxane", "platinum", "vinca", "antimetabolite"),
    progression=ProgressionEvidence(
        statuses=("disease-status",),
        answers=("answer:progressed",),
        recurrent=("recurrence", "relapse"),
        cns_sites=("brain-metastasis",),
        local_therapies=("radiotherapy",),
        cns_local_therapies=("cns-local-therapy",),
    ),
    stop_reasons=StopReasons(
        death=("stop-reason:death",),
        no_response=("stop-reason:no-response",),
        not_tolerated=("stop-reason:not-tolerated",),
        refused=("stop-reason:refusal",),
    ),
)

LIBRARY = Library(
    agents=AGENTS,
    regimens=_REGIMENS,
    line_policy=POLICY,
    inclusion=load_library().inclusion,
    editions=(),
    measures=(),
    grace_days=90,
    grace_authorities=(),
    sequencing_authorities=(),
    value_sets="sha256:test",
    terms=ClinicalTerms(
        "test",
        CnsTerms((), (), 28),
        ReceptorTerms((), (), (), ()),
        SystemicTerms((), ()),
        (),
        CancelledOrders(60, ()),
        (),
        (),
    ),
)


def therapy_of(chart: Chart, as_of: str, *, gap: int = 180) -> Therapy:
    known = chart.as_of(date.fromisoformat(as_of))
    anchor = metastatic_anchor(known, LIBRARY.inclusion)
    return derive(known, anchor, LIBRARY, POLICY.with_gap(gap), date.fromisoformat(as_of))


def line_text(line: TherapyLine) -> str:
    """ "palliative 1 THP 2019-03-20 to 2021-02-08 (progression)"; agents where the regimen has no name."""
    one = line.line
    name = one.regimen or "+".join(one.agents)
    end = f"to {one.end}" if one.end is not None else "on"
    return f"{one.setting} {one.number} {name} {one.start} {end} ({one.end_reason})"


def lines_of(chart: Chart, as_of: str, *, gap: int = 180) -> list[str]:
    return [line_text(line) for line in therapy_of(chart, as_of, gap=gap).lines]
