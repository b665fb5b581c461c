"""Every page of the service by its route: addresses that show it, and which routes are no page and why."""

import html
import re
from collections.abc import Mapping
from types import MappingProxyType

from fastapi import FastAPI
from playwright.sync_api import Page

from abstractor.web.access import routes_of

__all__ = ["CHART", "NO_PAGES", "PAGES", "address_of", "left_out"]

CHART = "/cycles/{cycle_id}/charts/{patient_id}"
# Of each route one address or more; in braces stands what `whole_site` names. After a space: the first link
# of that page to such a part of it, as an auditor would follow it.
PAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "/account": ("/account",),
        "/accounts": ("/accounts",),
        "/accounts/tokens": ("/accounts/tokens",),
        # Of a person who was invited, and of a service.
        "/accounts/{number}": ("/accounts/{invited}", "/accounts/{service}"),
        "/audits": ("/audits",),
        "/audits/new": ("/audits/new",),
        "/audits/{audit_id}": ("/audits/{audit_id}", "/audits/{draft}"),
        "/audits/{audit_id}/agreement": ("/audits/{audit_id}/agreement",),
        "/audits/{audit_id}/drawn": ("/audits/{audit_id}/drawn",),
        "/clinics": ("/clinics",),
        "/clinics/{clinic_id}": ("/clinics/{pulled}",),
        "/clinics/{clinic_id}/doctor": ("/clinics/{pulled}/doctor",),
        "/cycles/{cycle_id}/charts/{patient_id}": (CHART,),
        "/cycles/{cycle_id}/charts/{patient_id}/evidence/{number}": (f"{CHART} evidence",),
        "/cycles/{cycle_id}/charts/{patient_id}/facts/{number}": (f"{CHART} facts",),
        "/desk": ("/desk",),
        "/guidelines": ("/guidelines",),
        # Each kind of page of the book is tried in `test_book.py`.
        "/guidelines/{key:path}": ("/guidelines/measures/LVEF-BASE",),
        "/exports": ("/exports",),
        "/launch": ("/launch",),
        "/launch/callback": ("/launch/callback?state=x&code=x",),
        "/queue": ("/queue", "/queue?severity=data-quality"),
        "/rounds/{run_id}": ("/rounds/{run_id}",),
        "/seats/{seat_id}": ("/seats/{seat_id}", "/seats/{masked}", "/seats/{locked}", "/seats/{settled}"),
        "/seats/{seat_id}/evidence/{number}": ("/seats/{seat_id} evidence",),
        "/seats/{seat_id}/records/{number}": ("/seats/{seat_id} records",),
        "/signin": ("/signin",),
        "/signin/link/{token}": ("/signin/link/{token}", "/signin/link/used"),
        "/trail": ("/trail",),
    }
)
NO_PAGES: Mapping[str, str] = MappingProxyType(
    {
        "/": "leads to the first page",
        "/.well-known/jwks.json": "JSON",
        "/guidelines/book.css": "a style sheet",
        "/healthz": "a word",
        "/metrics": "numbers",
        "/readyz": "a word",
        "/signin/provider": "leads to the provider",
        "/signin/provider/callback": "leads on from the provider",
    }
)


def address_of(page: Page, given: str, named: Mapping[str, object]) -> str:
    """Where it is for whom the page is open; without the link, an address that the service refuses."""
    address, _, part = given.format_map(named).partition(" ")
    if not part:
        return address
    found = re.search(rf'href="({address}/{part}/[^"#]+)', page.request.get(address).text())
    return html.unescape(found[1]) if found else f"{address}/{part}/1"


def left_out(app: FastAPI) -> set[str]:
    """What the application answers to a GET and what stands here differ by these."""
    routes = {path for method, path, _ in routes_of(app) if method == "GET"}
    pages = {path for path in routes if not path.startswith(("/api/", "/fhir/"))}
    return pages ^ (PAGES.keys() | NO_PAGES.keys())
