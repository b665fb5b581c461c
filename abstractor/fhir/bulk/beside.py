"""What a tool wrote beside files of records that are read one by one: nobody reads it then."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from abstractor.errors import InputError
from abstractor.fhir.bulk.told import ASIDE
from abstractor.fhir.bulk.told_log import is_log
from abstractor.fhir.bulk.told_manifest import tells

__all__ = ["unread_beside"]


def unread_beside(inputs: Sequence[Path]) -> tuple[Path, ...]:
    """Logs, manifests, and folders of errors and of deletions beside these files, and beside those that links
    lead to; but what is itself an input, or in a folder that is.
    """
    files = [path for path in inputs if path.is_file()]
    read = {path.resolve() for path in inputs}
    places = {file.parent for file in files} | {file.resolve().parent for file in files if file.is_symlink()}
    unread = {
        each.resolve(): each
        for place in sorted(places)
        if place.resolve() not in read
        for each in _written(place)
        if each.resolve() not in read
    }
    return tuple(sorted(unread.values()))


def _written(place: Path) -> Iterator[Path]:
    for each in place.glob("*"):
        if each.name in ASIDE and each.is_dir():
            if any(each.glob("*")):
                yield each
        elif tells(each) or _is_log(each):
            yield each


def _is_log(path: Path) -> bool:
    """One that cannot be opened may be one."""
    try:
        return is_log(path)
    except InputError:
        return True
