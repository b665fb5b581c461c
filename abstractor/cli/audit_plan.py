"""`abstractor audit plan`: how many charts, and how many read twice, before anything is drawn."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from abstractor.cli.audit_words import plan_words
from abstractor.cli.opening import opened, say
from abstractor.errors import OptionError
from abstractor.workflow.auditing.audits import preview
from abstractor.workflow.auditing.design import Charts, Design
from abstractor.workflow.auditing.planner import (
    KappaWanted,
    ShareWanted,
    items_asked,
    plan_audit,
    shares_of,
)

__all__ = ["plan"]

PopulationOption = Annotated[
    int | None, typer.Option("--population", metavar="N", help="How many charts there are to draw from.")
]
CycleOption = Annotated[
    int | None, typer.Option("--cycle", metavar="CYCLE", help="Instead: the included charts of a cycle.")
]
FlaggedOption = Annotated[bool, typer.Option("--flagged", help="With --cycle: its flagged charts instead.")]
ShareOption = Annotated[
    float | None, typer.Option(metavar="W", help="A share is to be known to this much either side: 0.1.")
]
ExpectedShareOption = Annotated[float, typer.Option(metavar="P", help="What the share may be.")]
KappaOption = Annotated[
    float | None, typer.Option(metavar="W", help="Kappa is to be known to this much either side: 0.15.")
]
ExpectedKappaOption = Annotated[float, typer.Option(metavar="K", help="What kappa may be.")]
PrevalenceOption = Annotated[
    str, typer.Option(metavar="P[,P...]", help="How common the answer is; of more than two, each of them.")
]
ItemsOption = Annotated[
    float, typer.Option("--items-per-chart", metavar="M", help="Kappa over so many items of each chart.")
]
EffectOption = Annotated[
    float | None,
    typer.Option("--design-effect", metavar="D", help="How much items of a chart hang together, see below."),
]
CorrelationOption = Annotated[
    float | None, typer.Option("--icc", metavar="R", help="Instead: the correlation of two items of a chart.")
]
AttritionOption = Annotated[
    float, typer.Option(metavar="P", help='The share of charts that will give no answer ("cannot tell").')
]
LevelOption = Annotated[float, typer.Option(metavar="P", help="Of confidence.")]
JsonOption = Annotated[bool, typer.Option("--json", help="As one JSON object.")]


def plan(
    population: PopulationOption = None,
    cycle: CycleOption = None,
    flagged: FlaggedOption = False,
    share_within: ShareOption = None,
    expected_share: ExpectedShareOption = 0.5,
    kappa_within: KappaOption = None,
    expected_kappa: ExpectedKappaOption = 0.8,
    prevalence: PrevalenceOption = "0.5",
    items_per_chart: ItemsOption = 1.0,
    design_effect: EffectOption = None,
    icc: CorrelationOption = None,
    attrition: AttritionOption = 0.0,
    level: LevelOption = 0.95,
    as_json: JsonOption = False,
) -> None:
    """How large an audit has to be for what you want to know, of as many charts as there are.

    \b
    abstractor audit plan --population 400 --share-within 0.1
    abstractor audit plan --cycle 3 --share-within 0.1 --kappa-within 0.15 --prevalence 0.3
    abstractor audit plan --cycle 3 --kappa-within 0.05 --items-per-chart 12 --design-effect 2.5

    A cycle of few charts needs fewer (finite population). Kappa needs charts that two read: the rarer an
    answer is, the more of them. It is that of one item of each chart. For kappa over several items say how
    far they hang together: the design effect is how many times the variance is that of independent items
    (`audit agreement --json` of an earlier audit has it). Where there are too few charts it ends with 1, and
    says the most there is.
    """
    wanted = None
    if kappa_within is not None:
        items = items_asked(items_per_chart, design_effect=design_effect, correlation=icc)
        wanted = KappaWanted(kappa_within, expected_kappa, _shares(prevalence), items)
    found = plan_audit(
        _population(population, cycle, flagged=flagged),
        share=None if share_within is None else ShareWanted(share_within, expected_share),
        kappa=wanted,
        attrition=attrition,
        level=level,
    )
    sys.stdout.write(f"{json.dumps(asdict(found))}\n" if as_json else plan_words(found))
    if not found.enough:
        say(f"{found.population} charts are too few for that: the plan is the most that they are good for")
        raise typer.Exit(1)


def _population(population: int | None, cycle: int | None, *, flagged: bool) -> int:
    match population, cycle:
        case int(), None:
            return population
        case None, int():
            design = Design(Charts.FLAGGED, 0) if flagged else Design(Charts.SAMPLE, 0, size=1)
            with opened() as services:
                return preview(services, cycle, design).frame
        case _:
            raise OptionError("give one of --population and --cycle")


def _shares(said: str) -> tuple[float, ...]:
    try:
        return shares_of([float(each) for each in said.split(",")])
    except ValueError:
        raise OptionError(f"--prevalence {said!r}: write shares such as 0.3 or 0.2,0.3,0.5") from None
