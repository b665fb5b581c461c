"""How several answers become one: what is said, why, and on which evidence."""

import pytest

from abstractor.chart import Source
from abstractor.dates import Truth
from abstractor.rules.truth import Decided, all_of, any_of


def answer(truth: Truth, name: str) -> Decided:
    return Decided(
        truth, f"says {name}", f"because-{name}", (Source(f"Condition/{name}", "code", "1", None),)
    )


YES, NO, UNKNOWN = answer(Truth.YES, "a"), answer(Truth.NO, "b"), answer(Truth.UNKNOWN, "c")
SILENT = Decided(Truth.NO, "", None)
NO_TOO = answer(Truth.NO, "d")


@pytest.mark.parametrize(
    ("parts", "truth", "shows", "reason", "cited"),
    [
        ((YES, NO, UNKNOWN), Truth.NO, "says b", "because-b", ["Condition/b"]),
        ((YES, UNKNOWN), Truth.UNKNOWN, "says c", "because-c", ["Condition/c"]),
        ((YES, YES), Truth.YES, "says a", None, ["Condition/a", "Condition/a"]),
        ((NO, NO_TOO), Truth.NO, "says b; says d", "because-b", ["Condition/b", "Condition/d"]),
        ((SILENT, NO, NO_TOO), Truth.NO, "says b; says d", "because-b", ["Condition/b", "Condition/d"]),
        ((SILENT,), Truth.NO, "", None, []),
        ((), Truth.YES, "", None, []),
    ],
)
def test_every_part_must_hold(
    parts: tuple[Decided, ...], truth: Truth, shows: str, reason: str | None, cited: list[str]
) -> None:
    joined = all_of(parts)
    assert (joined.truth, joined.shows, joined.reason) == (truth, shows, reason)
    assert [source.resource for source in joined.sources] == cited


@pytest.mark.parametrize(
    ("parts", "truth", "shows", "reason"),
    [
        ((NO, UNKNOWN, YES), Truth.YES, "says a", None),
        ((NO, UNKNOWN), Truth.UNKNOWN, "says c", "because-c"),
        ((NO, NO_TOO), Truth.NO, "says b; says d", "because-b"),
        ((), Truth.NO, "", None),
    ],
)
def test_one_part_must_hold(parts: tuple[Decided, ...], truth: Truth, shows: str, reason: str | None) -> None:
    joined = any_of(parts)
    assert (joined.truth, joined.shows, joined.reason) == (truth, shows, reason)
