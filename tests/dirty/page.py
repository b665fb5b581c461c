"""The tables of docs/dirty-data.md, from the declared repairs and from the cases. `python -m
tests.dirty.page` writes them; a test says when they are out of step."""

import re
from collections.abc import Iterator
from pathlib import Path

from abstractor.fhir.repairs import REPAIRS
from tests.dirty.asking import Case, read_cases

__all__ = ["PAGE", "in_step"]

PAGE = Path(__file__).parents[2] / "docs" / "dirty-data.md"
GROUPS = {
    "json": "Text that is no JSON, or hardly",
    "fhir": "JSON that is no FHIR, or other FHIR",
    "dates": "Dates",
    "codes": "Codes",
    "references": "References",
    "values": "Values and units",
    "texts": "Texts and attachments",
}
_ABOUT_RECORDS = (
    "agent-unmapped",
    "date-repaired",
    "partial-record",
    "resource-quarantined",
    "status-assumed",
)
_MOST = 2


def in_step(page: str) -> str:
    """The page with its tables as they should be."""
    for name, rows in (("repairs", _repairs()), ("cases", _cases())):
        table = "\n".join(rows)
        found = re.compile(rf"(?<=<!-- {name} -->\n).*(?=<!-- /{name} -->)", re.DOTALL)
        page, done = found.subn(lambda _, table=table: f"{table}\n", page)  # type: ignore[misc]
        assert done == 1, f"the page has no place for its {name}"
    return page


def _repairs() -> Iterator[str]:
    yield "| repair | what is met | read as | flag in the abstract | why that is safe |"
    yield "| --- | --- | --- | --- | --- |"
    for each in REPAIRS:
        flag = f"`{each.flag}`" if each.flag else "none: nothing can differ"
        yield f"| `{each.repair}` | {each.met} | {each.read_as} | {flag} | {each.safe} |"


def _cases() -> Iterator[str]:
    cases = tuple(read_cases())
    yield f"{len(cases)} cases."
    for group, title in GROUPS.items():
        of_group = [case for case in cases if case.name.startswith(f"{group}/")]
        yield from (
            "",
            f"### {title} ({len(of_group)})",
            "",
            "| case | why | what becomes of it | in the abstract |",
        )
        yield "| --- | --- | --- | --- |"
        for case in of_group:
            why = case.why.replace("|", "\\|")
            yield f"| {case.name.partition('/')[2]} | {why} | {_became(case)} | {_said(case)} |"


def _became(case: Case) -> str:
    read = case.read
    clean = read["used"] - sum(case.repaired.values())
    told = [f"{clean} read"] if clean > 0 else []
    told += [f"{number} repaired: `{name}`" for name, number in case.repaired.items()]
    told += [f"{read['not_used']} of a type not used"] if read["not_used"] else []
    told += [f"quarantined: {each.split()[1]} at `{each.split()[2]}`" for each in case.quarantined]
    return "; ".join(dict.fromkeys(told))


def _said(case: Case) -> str:
    """Flags about the record first, then what of the verdicts is otherwise than without the dirt."""
    flags = [name for name in _ABOUT_RECORDS if f"flag {name}: - -> raised" in case.changes]
    others = [each for each in case.changes if not each.startswith(("flag ", "seen "))]
    told = [f"`{name}`" for name in flags] + others[:_MOST]
    more = [f"and {len(others) - _MOST} more"] if len(others) > _MOST else []
    return "; ".join([*told, *more]).replace("->", "→") or "nothing changes"


if __name__ == "__main__":
    PAGE.write_text(in_step(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
