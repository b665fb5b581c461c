"""`/.well-known/jwks.json`: the public keys that clinics check our signatures by; open to everybody."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from abstractor.web.access import open_to_all
from abstractor.web.parts import services_of
from abstractor.web.security import KEY_SET
from abstractor.workflow import public_keys

__all__ = ["router"]

router = APIRouter()


@router.get(KEY_SET, tags=["keys"])
@open_to_all
def key_set(request: Request) -> Response:
    """The keys that sign, the next ones, and what was retired within the hour (RFC 7517)."""
    return JSONResponse(public_keys(services_of(request)))
