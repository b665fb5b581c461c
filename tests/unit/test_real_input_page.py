"""What `make real-input` writes of two ways of reading: what differs is named, and nothing that does not."""

import json
from typing import Any

from benchmarks.real_input_page import Chart, Read, Unseen, section


def chart(
    verdict: str = "review", *, state: str = "complete", detail: str | None = None, **more: Any
) -> Chart:
    plain = {
        "inclusion": {"verdict": verdict},
        "completeness": [{"type": "Observation", "state": state, "detail": detail}],
        "stamps": {"program": "1", "chart": f"sha256:{state}"},
        **more,
    }
    return Chart(json.dumps(plain), plain)


def read(way: str, *charts: Chart, unseen: tuple[Unseen, ...] = (), nobody: tuple[str, ...] = ()) -> Read:
    named = {f"Patient/{number}": each for number, each in enumerate(charts)}
    return Read("epic", way, named, requests=1234, pulled=9.6, seconds=20.2, unseen=unseen, nobody=nobody)


def page(search: Read, bulk: Read) -> str:
    return section("2010-01-01/2010-12-31", {"Patient/0": chart()}, [search, bulk])


def test_the_same_bytes_are_said_to_be_the_same() -> None:
    told = page(read("search", chart(), chart("excluded")), read("bulk", chart(), chart("excluded")))
    assert "Abstracts by search and by bulk: 2 of 2 are the same, byte for byte." in told
    assert "What differs" not in told and "completeness of" not in told and "could not be seen" not in told
    assert "| `epic` | bulk | 2 | 1,234 | 10 | 20 | 0 | 1 | 1 |" in told
    assert "The verdicts are those from files." in told


def test_what_differs_is_named_by_its_element_and_the_stamp() -> None:
    part = chart("excluded", state="partial", detail="asked-by-category")
    told = page(read("search", part, chart()), read("bulk", chart("excluded"), chart(lines=[1])))
    assert "0 of 2 are the same" in told
    assert "What differs: `completeness` in 1, `lines` in 1, `stamps.chart` in 1; nothing else." in told
    assert "| Observation | partial (`asked-by-category`) | complete | 1 |" in told
    assert "Of the verdicts from files, 1 that are review are excluded here." in told


def test_a_chart_that_is_there_one_way_only_is_told() -> None:
    told = page(read("search", chart(), chart()), read("bulk", chart()))
    assert "1 of 1 are the same, byte for byte; 1 are there one way only." in told


def test_what_could_not_be_seen_stands_once_for_types_alike() -> None:
    unseen = (
        Unseen("CarePlan", "not-asked", ("not listed",), 1),
        Unseen("CareTeam", "not-asked", ("not listed",), 1),
        Unseen("Observation", "ignored", (), 1),
        Unseen("Observation", "ignored", (), 2),
    )
    nobody = ("no patient of 20 has any Procedure",)
    told = page(
        read("search", chart(), unseen=unseen, nobody=nobody), read("bulk", chart(), unseen=unseen[:2])
    )
    assert "| CarePlan, CareTeam | not listed (1) | not listed (1) |" in told
    assert "| Observation | ignored (2) | whole |" in told
    assert "By search, `abstractor pull` says: no patient of 20 has any Procedure." in told
    assert "By bulk, `abstractor pull`" not in told
