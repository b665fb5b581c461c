"""Whatever is done to chained entries by who has no key: the pass over them finds it, and names the place."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from abstractor.store.chaining import GENESIS, Entry, witness_of
from abstractor.store.trail_walk import Purges, Walk, Wrong

KEY, KEY_ID = b"k" * 32, "0011223344556677"
NOBODY = Purges({}, {})
SALT = b"s" * 16


def chain(number: int) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    before = GENESIS
    for place in range(1, number + 1):
        resource = f"Condition/{place}" if place % 2 else None
        entry = Entry(
            id=place,
            at=datetime(2023, 2, 1, 12, 0, place, tzinfo=UTC),
            action="source-opened",
            account_id=place,
            patient_id=None,
            cycle_id=None,
            resource=resource,
            version="1" if resource else None,
            detail=None,
            salt=SALT if resource else None,
            witness=witness_of(SALT, resource, "1") if resource else None,
            previous_mac=before,
            mac=None,
            key_id=KEY_ID,
        )
        before = entry.mac_under(KEY)
        entries.append(replace(entry, mac=before))
    return tuple(entries)


CHAIN = chain(9)
TEXTS = st.none() | st.text(max_size=3) | st.sampled_from(["Condition", "Condition/1", "1"])
NUMBERS = st.none() | st.integers(-3, 12)
BYTES = st.none() | st.binary(max_size=3) | st.sampled_from([each.mac for each in CHAIN])
CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "at": st.datetimes(timezones=st.just(UTC)),
    "action": st.text(max_size=3),
    **dict.fromkeys(("account_id", "patient_id", "cycle_id"), NUMBERS),
    **dict.fromkeys(("resource", "version", "detail", "key_id"), TEXTS),
    **dict.fromkeys(("salt", "witness", "previous_mac", "mac"), BYTES),
}


def walked(entries: list[Entry]) -> list[Wrong]:
    """In the order of their numbers, as the database gives them; the head knows of nine."""
    found: list[Wrong] = []
    by_mac = {entry.mac: entry.id for entry in entries if entry.mac is not None}

    def behind(mac: bytes) -> int | None:
        return by_mac[mac] + 1 if mac in by_mac else None

    walk = Walk(lambda name: KEY if name == KEY_ID else None, behind, NOBODY, found.append, expected=1)
    for entry in sorted(entries, key=lambda entry: entry.id):
        walk.take(entry)
    walk.end(len(CHAIN))
    return found


def names(found: list[Wrong], place: int) -> bool:
    return any(wrong.first <= place <= wrong.last for wrong in found)


def test_nothing_is_found_where_nothing_was_done() -> None:
    assert walked(list(CHAIN)) == []


@given(st.data(), st.sampled_from(CHAIN), st.sets(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=4))
def test_a_changed_entry_is_named_and_no_other(data: st.DataObject, entry: Entry, columns: set[str]) -> None:
    changed = replace(entry, **{name: data.draw(CHANGES[name]) for name in columns})
    found = walked([changed if each.id == entry.id else each for each in CHAIN])
    if changed == entry:
        assert found == []
        return
    assert [(wrong.first, wrong.last) for wrong in found] == [(entry.id, entry.id)]


@given(st.sets(st.integers(1, len(CHAIN)), min_size=1))
def test_entries_taken_away_are_missed_one_and_all(gone: set[int]) -> None:
    found = walked([each for each in CHAIN if each.id not in gone])
    assert {number for wrong in found for number in range(wrong.first, wrong.last + 1)} == gone


@given(st.permutations(range(1, len(CHAIN) + 1)))
def test_entries_in_another_order_are_named_where_they_stand(order: list[int]) -> None:
    found = walked([replace(each, id=place) for each, place in zip(CHAIN, order, strict=True)])
    for each, place in zip(CHAIN, order, strict=True):
        assert names(found, place) == (each.id != place)


@given(st.integers(1, len(CHAIN)), st.sampled_from(CHAIN), st.binary(max_size=32))
def test_an_entry_put_in_between_is_named(place: int, like: Entry, mac: bytes) -> None:
    shifted = [replace(each, id=each.id + 1) if each.id >= place else each for each in CHAIN]
    found = walked([*shifted, replace(like, id=place, mac=mac, detail="invented")])
    assert names(found, place)
