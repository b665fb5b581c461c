"""Records from files: a Bundle, an NDJSON file, or a folder of NDJSON as a bulk export lays it out.

A file that is missing or cannot be opened is an error; a record that cannot be read is not, it goes on to
quarantine.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from abstractor.chart import Seen
from abstractor.errors import InputError
from abstractor.fhir.bulk.folder import export_of, records_of
from abstractor.fhir.bulk.told_log import is_log
from abstractor.fhir.bundles import expand
from abstractor.fhir.completeness_json import said_in
from abstractor.fhir.decoding import at_sight, is_fhir
from abstractor.fhir.lines import read_document, read_lines
from abstractor.fhir.received import Received

__all__ = [
    "COMPLETENESS",
    "completeness_file",
    "completeness_mistakes",
    "passed_over",
    "read_files",
    "size_of",
]

COMPLETENESS = "completeness.json"
# How much larger a gzip of FHIR unpacks to, at most times: for a guess at sizes only.
_UNPACKED = 16
# Of a file that is not read, as much as is looked at.
_HEAD = 4096
_LINES = (".ndjson", ".ndjson.gz")
_FILES = (*_LINES, ".json", ".json.gz", ".jsonl", ".jsonl.gz")


def read_files(inputs: Sequence[Path]) -> Iterator[Received]:
    """Every record of every input, as it stands.

    InputError: an input that is missing or cannot be read, and no FHIR resource in all of them (raised at
    the end).
    """
    held, strange = False, None
    for path in inputs:
        for record in _records(path):
            bundle = at_sight(record.body) is None and b'"Bundle"' in record.body
            for received in expand(record) if bundle else (record,):
                held = held or is_fhir(received.body)
                if not held and strange is None:
                    strange = received
                yield received
    if not held:
        shown = ", ".join(str(path) for path in inputs) or "no input"
        why = f" ({strange.origin} is no JSON, or is cut off)" if strange and not _is_json(strange) else ""
        raise InputError(
            f"no FHIR resource in {shown}{why}: give a Bundle, an NDJSON file, or a folder of *.ndjson"
        )


def _is_json(record: Received) -> bool:
    try:
        msgspec.json.decode(record.body, type=msgspec.Raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return True


def passed_over(inputs: Sequence[Path]) -> tuple[Path, ...]:
    """What lies in the folders and seems to hold FHIR, but is not read: Bundles, NDJSON under another name,
    folders of NDJSON."""
    found: list[Path] = []
    for path in inputs:
        if path.is_dir():
            export = export_of(path, _named_lines(path))
            understood = {each.resolve() for each in (*export.places, *export.beside)}
            found += [
                each for each in path.iterdir() if each.resolve() not in understood and _seems_fhir(each)
            ]
    return tuple(sorted(found))


def _named_lines(folder: Path) -> list[Path]:
    return [each for each in folder.iterdir() if _named_as(each, _LINES)]


def _seems_fhir(path: Path) -> bool:
    try:
        if path.is_dir():
            return any(_named_as(each, _LINES) for each in path.iterdir())
        if _named_as(path, _LINES) or not _named_as(path, _FILES) or not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    return b'"resourceType"' in head or _named_as(path, (".gz",))


def size_of(inputs: Sequence[Path]) -> int:
    """About how many bytes of records the inputs hold; what is missing is told when it is read."""
    return sum(_size(file) for path in inputs for file in (_exported(path) if path.is_dir() else [path]))


def _size(file: Path) -> int:
    try:
        size = file.stat().st_size
    except OSError:
        return 0
    return size * _UNPACKED if file.suffix.lower() == ".gz" else size


def _records(path: Path) -> Iterator[Received]:
    """The records of one input, Bundles still whole."""
    if _is_folder(path):
        yield from records_of(path, _exported(path))
    elif _named_as(path, (*_LINES, ".jsonl", ".jsonl.gz")):
        yield from read_lines(path)
    else:
        yield from read_document(path)


def _is_folder(path: Path) -> bool:
    """A folder that may be read as one; InputError for what is neither file nor folder."""
    try:
        if path.is_dir():
            if _named_as(path, _FILES):
                raise InputError(
                    f"{path} is a folder with the name of a file: rename it, or give the files in it"
                )
            return True
        if path.is_file():
            return False
        dangling = path.is_symlink()
        special = path.exists()
    except OSError as failed:
        raise _refused(path, failed) from None
    if special:
        raise InputError(f"{path} is neither a file nor a folder: give a file or a folder")
    if dangling:
        raise InputError(f"{path} is a link to nothing: mend the link, or give the file itself")
    raise InputError(f"{path} does not exist: check the path")


def _refused(path: Path, failed: OSError) -> InputError:
    return InputError(f"{path} cannot be read ({failed.strerror}): check the path and its permissions")


def _exported(folder: Path) -> list[Path]:
    """The NDJSON files of a folder but the log of an export.

    One that is no file is an error: its records would be missed silently.
    """
    try:
        files = sorted(each for each in folder.iterdir() if _named_as(each, _LINES))
    except OSError as failed:
        raise InputError(f"{folder} cannot be listed ({failed.strerror}): check its permissions") from None
    for file in files:
        _is_folder(file)
    return [file for file in files if not is_log(file)]


def _named_as(path: Path, endings: tuple[str, ...]) -> bool:
    return path.name.lower().endswith(endings)


def completeness_file(folders: Sequence[Path]) -> Mapping[str, Seen]:
    """What `completeness.json` of these folders says; of two words on one type the more doubtful stands."""
    said: dict[str, Seen] = {}
    for folder in folders:
        if _holds_completeness(folder):
            file = folder / COMPLETENESS
            for name, seen in _completeness(file).items():
                said[name] = max(said.get(name, seen), seen, key=_DOUBT.index)
    return said


def _holds_completeness(folder: Path) -> bool:
    """Is a file of that name there, to be read? InputError where something else has the name, or hides it."""
    file = folder / COMPLETENESS
    try:
        if not folder.is_dir():
            return False
        file.lstat()  # a link to nothing is there too
    except FileNotFoundError:
        return False
    except OSError as failed:
        raise _refused(file, failed) from None
    return not _is_folder(file)


_DOUBT = (Seen.COMPLETE, Seen.EMPTY, Seen.PARTIAL, Seen.REFUSED, Seen.NOT_ASKED)


def completeness_mistakes(folder: Path) -> tuple[InputError, ...]:
    """Everything that is wrong with the `completeness.json` of a folder."""
    try:
        return said_in(folder / COMPLETENESS)[1] if _holds_completeness(folder) else ()
    except InputError as wrong:
        return (wrong,)
    except OSError as failed:
        return (_refused(folder / COMPLETENESS, failed),)


def _completeness(file: Path) -> dict[str, Seen]:
    try:
        said, mistakes = said_in(file)
    except OSError as failed:
        raise _refused(file, failed) from None
    if mistakes:
        more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
        raise InputError(f"{mistakes[0]}{more}")
    return said
