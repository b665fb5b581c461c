"""What would be drawn, as the form that defines an audit and the page of a draft show it, when asked for.

Of 100,000 charts it takes seconds: no page waits for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from fastapi import Request

from abstractor.errors import AbstractorError, OptionError
from abstractor.web.auditing.designing import Fields, design_of
from abstractor.web.auditing.shown import sentence
from abstractor.web.parts import services_of
from abstractor.workflow.agreement.planning import double_reads_for_kappa
from abstractor.workflow.auditing.audits import Preview, preview
from abstractor.workflow.auditing.design import design_from_json
from abstractor.workflow.auditing.values import Audit

__all__ = ["PreviewShown", "draft_preview", "form_preview"]


@dataclass(frozen=True, slots=True)
class PreviewShown:
    """What would be drawn, or why that cannot be told; `double_reads`: so many for the wanted kappa."""

    drawn: Preview | None = None
    why_not: str | None = None
    double_reads: int | None = None
    no_plan: str | None = None


def draft_preview(request: Request, audit: Audit) -> PreviewShown:
    try:
        design = design_from_json(audit.design)
        return PreviewShown(preview(services_of(request), audit.cycle_id, design, audit_id=audit.id))
    except AbstractorError as wrong:
        return PreviewShown(why_not=sentence(wrong))


def form_preview(
    request: Request, fields: Fields, cycle_of: Callable[[Request, Fields], int]
) -> PreviewShown:
    found = PreviewShown()
    try:
        design = design_of(fields)
        found = replace(found, drawn=preview(services_of(request), cycle_of(request, fields), design))
    except OptionError as wrong:
        found = replace(found, why_not=sentence(wrong))
    try:
        share = _number(fields.prevalence) / 100
        plan = double_reads_for_kappa(
            half_width=_number(fields.half_width),
            expected=_number(fields.kappa),
            prevalence=(share, 1 - share),
        )
        return replace(found, double_reads=plan.needed)
    except OptionError as wrong:
        return replace(found, no_plan=sentence(wrong))


def _number(written: str) -> float:
    """What nobody means, such as 1e-300, would take the sums of the plan out of their range."""
    try:
        value = float(written.replace(",", "."))
    except ValueError:
        value = 0.0
    if not 0.001 <= value <= 100:
        raise OptionError("of how many double reads: write numbers from 0.001 to 100, such as 0.15")
    return value
