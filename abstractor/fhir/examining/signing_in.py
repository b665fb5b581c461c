"""Whether a clinic lets this program sign in, and for what: discovery, a token, the scopes granted."""

from collections.abc import Iterator

from abstractor.errors import ClinicError, ClinicRefused, ClinicUnreachable
from abstractor.fhir.address import Endpoint, origin_of
from abstractor.fhir.examining.values import Mark, Scopes, Step
from abstractor.fhir.smart.discovery import Discovery
from abstractor.fhir.smart.scopes import Granted, asked_scopes
from abstractor.fhir.smart.tokens import BackendServices

__all__ = ["scopes_of", "signing_in"]


def signing_in(auth: BackendServices | None, endpoint: Endpoint) -> Iterator[Step]:
    """Ends after a step that stops."""
    if auth is None:
        said = "the setup asks for no signing in (auth = none)"
        yield Step("sign-in", Mark.FINE, said)
        return
    try:
        found = auth.discovery()
    except ClinicUnreachable as failed:
        yield Step("discovery", Mark.STOP, str(failed))
        return
    yield _discovered(found)
    try:
        granted = auth.sign_in()
    except ClinicRefused as refused:
        known = "the clinic does not take our key or client"
        yield Step("sign-in", Mark.STOP, f"{known}: {refused}")
        return
    except ClinicError as failed:
        yield Step("sign-in", Mark.STOP, str(failed))
        return
    yield Step("sign-in", Mark.FINE, "a token was given: the clinic knows this client and its key")
    for remark in auth.remarks():
        yield Step("sign-in", Mark.LOOK, remark)
    yield _granted(granted)


def scopes_of(auth: BackendServices, asked: str | None) -> Scopes | None:
    """Once a token is there. `asked` are the setup's own scopes."""
    granted = auth.granted()
    if granted is None:
        return None
    found = auth.discovery()
    types = sorted({*granted.whole, *granted.partly, *granted.not_granted})
    usual = asked_scopes(types, capabilities=found.capabilities, supported=found.scopes_supported)
    return Scopes(asked or usual[0], granted.scope, granted.whole, granted.partly, granted.not_granted)


def _discovered(found: Discovery) -> Step:
    looked = "; ".join(f"{each.source}: {each.said}" for each in found.looked)
    if found.token_url is None:
        mend = "set token_url, an https address, in the clinic's setup"
        return Step("discovery", Mark.STOP, f"no token endpoint is told ({looked})", mend)
    said = f"the token endpoint is at {origin_of(found.token_url)} ({looked})"
    listed = ", ".join(found.algorithms)
    return Step("discovery", Mark.FINE, said + (f"; it takes keys of {listed}" if listed else ""))


def _granted(granted: Granted) -> Step:
    if not granted.partly and not granted.not_granted:
        return Step("scopes", Mark.FINE, f"all {len(granted.whole)} types that are read were granted")
    short = [f"not granted: {', '.join(granted.not_granted)}"] if granted.not_granted else []
    short += [f"granted in part: {', '.join(granted.partly)}"] if granted.partly else []
    mend = "ask the EHR team to register these scopes for this client (the ticket below names them)"
    return Step("scopes", Mark.LOOK, "; ".join(short), mend)
