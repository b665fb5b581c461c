"""What an export is asked for: the same types as a search, of a group or of everybody, and what is left out.

It can be written down, so that whoever takes a killed export up again knows what it was.
"""

from collections.abc import Sequence
from urllib.parse import quote, urlencode

import msgspec

from abstractor.errors import OptionError
from abstractor.fhir.bulk.requested import later, requested_in
from abstractor.fhir.plan import Plan
from abstractor.fhir.smart.scopes import Granted

__all__ = ["NOT_IN_BULK", "ExportAsked", "asked_in", "export_asked"]

NOT_IN_BULK = "not-in-bulk"
NOT_GRANTED = "not-granted"
_FORMAT = "application/fhir+ndjson"


class ExportAsked(msgspec.Struct, frozen=True):
    """`unasked` says of each other type why it is left out; null where a search does not ask for it either.

    `partly` are types of which the token allows a part. `since` is an instant, null where all is asked for;
    `why_all`: why changes alone cannot be, where that is for the ledger.
    """

    path: str
    types: tuple[str, ...]
    unasked: dict[str, str | None]
    partly: tuple[str, ...] = ()
    commas: bool = True
    since: str | None = None
    why_all: str | None = None

    def address(self, root: str) -> str:
        several = [("_type", ",".join(self.types))] if self.commas else [("_type", n) for n in self.types]
        since = [("_since", self.since)] if self.since is not None else []
        return f"{root}{self.path}?{urlencode([*several, *since, ('_outputFormat', _FORMAT)])}"

    def narrowed(self, request: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Where the clinic says that the request was another one: the types of which it was not, and by name
        what else makes it less. More than was asked for is no loss; what it does not say is as it was asked.
        """
        said = requested_in(request or "")
        types = () if said.types is None else tuple(one for one in self.types if one not in said.types)
        by = [*(["_since"] if said.since is not None and later(said.since, self.since) else [])]
        if said.group is not None and said.group != requested_in(self.path).group:
            by.append("Group")
        return types, (*by, *said.narrowed_by)

    def of_all(self, why: str) -> "ExportAsked":
        """The same of everything, for that reason."""
        return msgspec.structs.replace(self, since=None, why_all=why)

    def of_changes(self, since: str | None) -> "ExportAsked":
        """The same of what changed since then; of everything, where that is null."""
        return msgspec.structs.replace(self, since=since)

    def document(self) -> str:
        return msgspec.json.encode(self).decode()


def asked_in(document: str) -> ExportAsked:
    return msgspec.json.decode(document, type=ExportAsked)


def export_asked(
    plan: Plan,
    types: Sequence[str],
    *,
    group: str | None,
    since: str | None = None,
    granted: Granted | None = None,
) -> ExportAsked:
    """`OptionError` where this kind of endpoint has no export of that cohort."""
    unasked: dict[str, str | None] = {}
    for name in types:
        if name not in ("Patient", "Medication") and not plan.searched(name):
            unasked[name] = None
        elif (why := _why_not(plan, name, granted)) is not None:
            unasked[name] = why
    return ExportAsked(
        path=_path(plan.dialect.bulk.levels, group),
        types=tuple(name for name in types if name not in unasked),
        unasked=unasked,
        partly=tuple(name for name in types if granted is not None and name in granted.partly),
        commas=plan.dialect.bulk.commas,
        since=since,
    )


def _why_not(plan: Plan, name: str, granted: Granted | None) -> str | None:
    """A server leaves out of its files what the token does not allow, and says nothing."""
    why = plan.why_not(name)
    if why is not None:
        return why
    if name in plan.dialect.bulk.left_out:
        return NOT_IN_BULK
    return NOT_GRANTED if granted is not None and name in granted.not_granted else None


def _path(levels: Sequence[str], group: str | None) -> str:
    if group is not None:
        if "group" not in levels:
            raise OptionError(
                "this kind of endpoint exports no Group: leave the group out, or pull by search"
            )
        return f"Group/{quote(group.removeprefix('Group/'), safe='')}/$export"
    if "patient" in levels:
        return "Patient/$export"
    if "system" in levels:
        return "$export"
    raise OptionError(
        "this kind of endpoint exports Groups only: name one as the clinic's group, or pull by search"
    )
