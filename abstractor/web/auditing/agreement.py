"""The page of agreement: how far readers agree item by item and overall, and the program beside them."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from abstractor.web.access import needs
from abstractor.web.auditing.plot import Plot, Series, draw_plot
from abstractor.web.auditing.seen import OpenedAudit, leads
from abstractor.web.auditing.shown import shown, titles_of
from abstractor.web.parts import Reader, services_of
from abstractor.web.wording import CRITERIA
from abstractor.workflow.access import Permission
from abstractor.workflow.agreement.ratings import FEWEST, FEWEST_OF_SHARE
from abstractor.workflow.auditing.agreeing import Agreed, AgreementTable, agreement_of
from abstractor.workflow.auditing.agreement_table import OVERALL

__all__ = ["heading_in_words", "router"]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
NO_SITE = "Site not known"
_KAPPA = (("kappa", "Cohen's kappa"), ("ac1", "Gwet's AC1"))
_PROGRAM = (("sensitivity", "Sensitivity"), ("ppv", "PPV"))


@router.get("/audits/{audit_id}/agreement")
@needs(Permission.SEE_AGREEMENT)
def agreement(request: Request, audit: OpenedAudit, reader: Reader) -> HTMLResponse:
    table = agreement_of(services_of(request), audit.id)
    titles = titles_of(request)
    return shown(
        request,
        "agreement.html",
        audit=audit,
        lead=leads(reader),
        table=table,
        readers_plot=_of_readers(table, titles),
        program_plot=_of_program(table, titles),
        by_rule=[(heading_in_words("finding", one.heading, titles), one) for one in table.program],
        by_site=[(site or NO_SITE, one) for site, one in table.by_site if one.heading == OVERALL],
        by_both=[
            (f"{site or NO_SITE}: {heading_in_words('finding', one.heading, titles)}", one)
            for site, one in table.by_site
            if one.heading != OVERALL
        ],
        fewest=(FEWEST, FEWEST_OF_SHARE),
        heading=lambda kind, name: heading_in_words(kind, name, titles),
    )


def heading_in_words(kind: str, name: str, titles: Mapping[str, str]) -> str:
    """What an item is about, in a few words."""
    if name == "overall":
        return "All items together"
    rule, _, authority = name.partition(" ")
    if kind == "criterion":
        return CRITERIA.get(name, name)
    if kind == "line":
        return "Lines of therapy"
    title = titles.get(rule, rule)
    told = f"{title}, {authority}" if authority else title
    return f"Missed: {told}" if kind == "missed" else told


def _of_readers(table: AgreementTable, titles: Mapping[str, str]) -> Plot:
    def one(agreed: Agreed) -> Series:
        name = heading_in_words(agreed.kind, agreed.heading, titles)
        return Series(name, (agreed.statistics.kappa, agreed.statistics.ac1))

    return draw_plot([one(table.overall), *map(one, table.by_heading)], _KAPPA)


def _of_program(table: AgreementTable, titles: Mapping[str, str]) -> Plot:
    rows = [
        Series(heading_in_words("finding", one.heading, titles), (one.sensitivity, one.ppv))
        for one in table.program
    ]
    return draw_plot(rows, _PROGRAM)
