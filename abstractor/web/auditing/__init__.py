"""The auditor's room on the web: audits, the desk, reviews, what settles them, and how far readers agree."""

from abstractor.web.auditing import (
    agreement,
    api,
    api_seats,
    audits,
    calibrating,
    defining,
    desk,
    review,
    sources,
)

__all__ = ["routers"]

# Defining before the rest: `/audits/new` is no number of an audit.
routers = tuple(
    part.router for part in (defining, audits, calibrating, desk, review, sources, agreement, api, api_seats)
)
