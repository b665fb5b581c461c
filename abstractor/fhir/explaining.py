"""Why a resource was refused, in the words of the FHIR model: element paths and error codes, never a value.

`fhir.resources` takes a second to import and forty times as long to check a resource as we take to read
one, so it is asked only about what is in quarantine already.
"""

import re

import msgspec

__all__ = ["explain"]

_MOST = 8
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def explain(resource_type: str, body: bytes) -> tuple[str, ...]:
    """Up to eight findings as "Condition.recordedDate: datetime_from_date_parsing"."""
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    try:
        plain = msgspec.json.decode(body)
        get_fhir_model_class(resource_type).model_validate(plain)
    except ValidationError as wrong:
        found = wrong.errors(include_input=False, include_url=False, include_context=False)
        # An unknown field is no defect here, and its name could be anything.
        named = (
            f"{_path(resource_type, e['loc'])}: {e['type']}" for e in found if e["type"] != "extra_forbidden"
        )
        return tuple(dict.fromkeys(named))[:_MOST]
    except Exception as broken:
        # The model fails in ways of its own (KeyError on an unknown contained type): one of the two broad
        # excepts, since no explanation is worth a crash.
        return (f"{resource_type}: {type(broken).__name__}",)
    return ()


def _path(resource_type: str, loc: tuple[int | str, ...]) -> str:
    path = resource_type
    for step in loc:
        if isinstance(step, int):
            path += f"[{step}]"
        elif _NAME.fullmatch(step):
            path += f".{step}"
    return path
