"""What REDCap asks of a data dictionary and of records, as its documentation has it; and a project that
keeps records as an import does.

Names: a letter, then letters, digits and underscores, 26 at most, none twice, none of REDCap's own. Rows of
one form stand together, the record's id first. Choices are "code, label" between bars. A row of a form that
repeats names it and has an instance from 1; the others name neither; a row fills its own form alone, in raw
codes. A field that branching logic hides is empty: REDCap asks to erase what stands there.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

__all__ = ["Project", "choices_of", "wrong_in_dictionary", "wrong_in_records"]

COLUMNS = (
    "Variable / Field Name,Form Name,Section Header,Field Type,Field Label,"
    "Choices; Calculations; OR Slider Labels,Field Note,Text Validation Type OR Show Slider Number,"
    "Text Validation Min,Text Validation Max,Identifier?,Branching Logic (Show field only if...),"
    "Required Field?,Custom Alignment,Question Number (surveys only),Matrix Group Name,Matrix Ranking?,"
    "Field Annotation"
)
HEADER = [
    name.replace("Choices; Calculations; OR", "Choices, Calculations, OR") for name in COLUMNS.split(",")
]
NAME = re.compile(r"[a-z][a-z0-9_]{0,25}")
CODE = re.compile(r"[A-Za-z0-9_.]+")
CHOOSING = ("radio", "dropdown", "checkbox")
TYPES = (*CHOOSING, "text", "notes", "yesno", "truefalse", "calc", "slider", "file", "descriptive", "sql")
VALIDATIONS = ("", "integer", "number", "date_ymd", "date_mdy", "date_dmy", "email", "time", "datetime_ymd")
BRANCHING = "Branching Logic (Show field only if...)"
CONDITION = re.compile(r"\[(\w+)\] (=|<>) '(\w*)'")
INSTRUMENT, INSTANCE = "redcap_repeat_instrument", "redcap_repeat_instance"
Row = Mapping[str, str]


def choices_of(field: Row) -> list[str]:
    told = field["Choices, Calculations, OR Slider Labels"]
    return [part.partition(",")[0].strip() for part in told.split("|")] if told else []


def wrong_in_dictionary(header: Sequence[str], fields: Sequence[Row]) -> list[str]:
    wrong = [] if list(header) == HEADER else ["the columns are not the eighteen in their order"]
    names = [field["Variable / Field Name"] for field in fields]
    forms = [field["Form Name"] for field in fields]
    wrong += [f"{name}: twice" for name in set(names) if names.count(name) > 1]
    if len([form for form, _ in groupby(forms)]) != len(set(forms)):
        wrong.append("the rows of a form do not stand together")
    if fields[0]["Field Type"] != "text" or fields[0]["Identifier?"] not in ("", "y"):
        wrong.append("the first field is no record id")
    for form in set(forms):
        if not NAME.fullmatch(form):
            wrong.append(f"{form}: no name of a form")
        if f"{form}_complete" in names:
            wrong.append(f"{form}_complete: a field of REDCap's own")
    wrong += _wrong_in_branching(fields)
    return [*wrong, *(word for field in fields for word in _wrong_in_field(field))]


def _wrong_in_branching(fields: Sequence[Row]) -> Iterable[str]:
    """What a field asks is a choice of a field of its own form that can be."""
    by_name = {field["Variable / Field Name"]: field for field in fields}
    for name, field in by_name.items():
        if not field[BRANCHING]:
            continue
        condition = CONDITION.fullmatch(field[BRANCHING])
        asked = by_name.get(condition[1]) if condition else None
        if condition is None or asked is None or asked["Form Name"] != field["Form Name"]:
            yield f"{name}: asks nothing of its own form"
        elif condition[3] not in choices_of(asked):
            yield f"{name}: asks for a choice that {condition[1]} does not have"


def _hidden(field: Row, row: Row) -> bool:
    condition = CONDITION.fullmatch(field[BRANCHING])
    return condition is not None and (row[condition[1]] == condition[3]) != (condition[2] == "=")


def _wrong_in_field(field: Row) -> Iterable[str]:
    name, kind = field["Variable / Field Name"], field["Field Type"]
    if not NAME.fullmatch(name) or name.endswith("_") or "__" in name or name.startswith("redcap_"):
        yield f"{name}: no name of a field"
    if kind not in TYPES:
        yield f"{name}: {kind} is no type"
    codes = choices_of(field)
    if (kind in CHOOSING) != bool(codes):
        yield f"{name}: choices stand at those who choose, and nowhere else"
    if len(set(codes)) != len(codes) or not all(CODE.fullmatch(code) for code in codes):
        yield f"{name}: codes of choices are unique, and letters, digits, underscores"
    validation = field["Text Validation Type OR Show Slider Number"]
    if validation not in VALIDATIONS or (validation and kind != "text"):
        yield f"{name}: {validation} is no validation of a {kind}"
    if not field["Field Label"]:
        yield f"{name}: no label"


def wrong_in_records(fields: Sequence[Row], repeating: Sequence[str], rows: Sequence[Row]) -> list[str]:
    by_name = {field["Variable / Field Name"]: field for field in fields}
    record_id = fields[0]["Variable / Field Name"]
    once = fields[0]["Form Name"]
    forms = {field["Form Name"] for field in fields}
    known = {*by_name, INSTRUMENT, INSTANCE, *(f"{form}_complete" for form in forms)}
    wrong: list[str] = []
    held: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, row in enumerate(rows, start=2):
        if set(row) != known or next(iter(row)) != record_id or not row[record_id]:
            wrong.append(f"{place}: columns are the project's, the record id first and filled")
            continue
        form, instance = row[INSTRUMENT], row[INSTANCE]
        if bool(form) != bool(instance) or (form and form not in repeating):
            wrong.append(f"{place}: instrument and instance go together, of a form that repeats")
        elif form and (not instance.isdigit() or int(instance) < 1):
            wrong.append(f"{place}: an instance is a number from 1")
        else:
            held[row[record_id], form or once].append(int(instance or 0))
        wrong += [f"{place}: {word}" for word in _wrong_in_row(by_name, row, form or once, record_id)]
    for (_, form), instances in held.items():
        if instances != ([0] if form == once else list(range(1, len(instances) + 1))):
            wrong.append(f"{form}: instances {instances}")
    if {record for record, _ in held} != {record for record, form in held if form == once}:
        wrong.append("a record without its form that is filled once")
    return wrong


def _wrong_in_row(by_name: Mapping[str, Row], row: Row, form: str, record_id: str) -> Iterable[str]:
    for name, value in row.items():
        if not value or name in (INSTRUMENT, INSTANCE, record_id):
            continue
        of = by_name[name]["Form Name"] if name in by_name else name.removesuffix("_complete")
        if of != form:
            yield f"{name}: of another form than the row"
        elif name not in by_name:
            if value not in ("0", "1", "2"):
                yield f"{name}: no status of a form"
        elif not _fits(by_name[name], value):
            yield f"{name}: {value!r} does not fit"
        elif _hidden(by_name[name], row):
            yield f"{name}: is filled, and hidden"


def _fits(field: Row, value: str) -> bool:
    kind, validation = field["Field Type"], field["Text Validation Type OR Show Slider Number"]
    if kind in ("radio", "dropdown"):
        return value in choices_of(field)
    if kind == "yesno":
        return value in ("0", "1")
    if validation == "integer":
        least = field["Text Validation Min"]
        return bool(re.fullmatch(r"-?\d+", value)) and (not least or int(value) >= int(least))
    if validation == "date_ymd":
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", value)) and bool(date.fromisoformat(value))
    return True


class Project:
    """Keeps what it is given as REDCap does (a blank cell changes nothing), and gives it again."""

    def __init__(self, record_id: str, header: Sequence[str]) -> None:
        self._record_id, self._header = record_id, list(header)
        self._held: dict[tuple[str, str, str], dict[str, str]] = {}

    def import_records(self, to_import: Sequence[Row]) -> dict[str, int]:
        for row in to_import:
            key = (row[self._record_id], row[INSTRUMENT], row[INSTANCE])
            self._held.setdefault(key, {}).update({name: value for name, value in row.items() if value})
        return {"count": len({row[self._record_id] for row in to_import})}

    def export_records(self) -> list[dict[str, str]]:
        return [{name: held.get(name, "") for name in self._header} for held in self._held.values()]
