"""Following a round: what changes is told once, and a round that nobody takes up is asked about."""

from collections.abc import Callable, Iterator

import pytest

from abstractor.cli.following import follow
from abstractor.workflow import Services

ASKED = "nothing has moved for a while: is a worker running (`abstractor worker`)?"


def looks(words: list[str]) -> Callable[[], tuple[bool, str]]:
    """It is over at the last of them."""
    left: Iterator[tuple[int, str]] = iter(enumerate(words, start=1))

    def look() -> tuple[bool, str]:
        number, word = next(left)
        return number == len(words), word

    return look


@pytest.mark.parametrize(
    ("words", "patience", "said"),
    [
        (["0/2", "0/2", "1/2", "2/2"], 60, ["0/2", "1/2", "2/2"]),
        (["0/2", "0/2", "0/2", "2/2"], 0.3, ["0/2", ASKED, "2/2"]),
        (["2/2"], 0, ["2/2"]),
    ],
    ids=["it moves", "nobody takes it up", "it is over"],
)
def test_what_is_told(
    services: Services,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    patience: float,
    said: list[str],
) -> None:
    follow(services, looks(words), patience=patience)
    assert capsys.readouterr().err.splitlines() == said
