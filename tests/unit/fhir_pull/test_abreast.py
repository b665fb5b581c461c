"""Several at once: each piece is done once, as many side by side as allowed, and none is taken too early."""

import threading
from collections.abc import Iterator

import pytest

from abstractor.fhir.abreast import abreast, abreast_in_two


@pytest.mark.parametrize(("pieces", "at_once"), [(0, 4), (1, 4), (4, 4), (50, 8), (9, 1), (100, 32)])
def test_each_piece_is_done_once(pieces: int, at_once: int) -> None:
    assert sorted(abreast(lambda one: one * 2, range(pieces), at_once=at_once)) == list(
        range(0, pieces * 2, 2)
    )


def test_as_many_run_side_by_side_as_are_allowed() -> None:
    """Each waits until eight of them are there: with fewer threads nobody would ever get on."""
    gate = threading.Barrier(8)
    assert sorted(abreast(lambda _: gate.wait(timeout=20), range(16), at_once=8)) == sorted([*range(8)] * 2)


def test_never_more_than_allowed() -> None:
    running, most, lock = 0, 0, threading.Lock()
    pause = threading.Event()

    def work(_: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        pause.wait(0.002)
        with lock:
            running -= 1

    assert len(list(abreast(work, range(60), at_once=3))) == 60
    assert most <= 3


def test_a_piece_is_taken_when_a_thread_is_free_for_it() -> None:
    taken = 0

    def pieces() -> Iterator[int]:
        nonlocal taken
        for number in range(100):
            taken += 1
            yield number

    results = abreast(lambda one: one, pieces(), at_once=4)
    next(results)
    assert taken <= 8
    results.close()
    assert taken <= 8


def test_an_error_ends_it() -> None:
    done: list[int] = []

    def work(piece: int) -> None:
        if piece == 5:
            raise ValueError("the sixth")
        done.append(piece)

    with pytest.raises(ValueError, match="the sixth"):
        list(abreast(work, range(1000), at_once=2))
    assert len(done) < 20


@pytest.mark.parametrize(("pieces", "at_once"), [(0, 4), (1, 4), (7, 3), (40, 8)])
def test_in_two_steps_each_part_is_done_once(pieces: int, at_once: int) -> None:
    done = abreast_in_two(lambda one: range(one % 4), lambda one: one, range(pieces), at_once=at_once)
    assert sorted(done) == sorted(part for one in range(pieces) for part in range(one % 4))


def test_parts_go_before_the_next_piece() -> None:
    told: list[str] = []

    def prepare(piece: int) -> list[int]:
        told.append(f"prepare {piece}")
        return [piece, piece]

    list(abreast_in_two(prepare, lambda one: told.append(f"work {one}"), range(3), at_once=1))
    assert told == [f"{step} {n}" for n in range(3) for step in ("prepare", "work", "work")]


@pytest.mark.parametrize("at_once", [1, 4])
def test_an_error_in_either_step_ends_it(at_once: int) -> None:
    prepared: list[int] = []

    def prepare(piece: int) -> list[int]:
        prepared.append(piece)
        return [piece]

    def work(piece: int) -> None:
        raise ValueError(piece)

    with pytest.raises(ValueError):
        list(abreast_in_two(prepare, work, range(1000), at_once=at_once))
    assert len(prepared) <= 3 * at_once
    with pytest.raises(ValueError):
        list(abreast_in_two(work, prepare, range(1000), at_once=at_once))
