"""A parameter that an operation of the JSON interface does not know is refused: a filter that is misspelt
would otherwise answer with everything.
"""

from collections.abc import Iterator

from fastapi import HTTPException, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

__all__ = ["check_parameters"]


def check_parameters(request: Request) -> None:
    """422 says which ones there are, never what was sent."""
    route = request.scope.get("route")
    if not request.query_params or not request.scope["path"].startswith("/api/"):
        return
    known = sorted(set(_known(route.dependant))) if isinstance(route, APIRoute) else []
    if not set(known).issuperset(request.query_params):
        told = ", ".join(known) if known else "none"
        raise HTTPException(422, f"query: a parameter is unknown here. Those that are known: {told}.")


def _known(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for each in dependant.dependencies:
        yield from _known(each)
