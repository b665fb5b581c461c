"""The shelf while it is changed."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from fixtures.clinic.shelf import Record, Shelf

OLD, NEW = (Record("Condition", "c1", number, "p1", b"{}") for number in ("1", "2"))


class Watched(Shelf):
    """Somebody reads and searches just when the old body is gone and the new one is not there yet."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        super().__init__()
        self._pool = pool
        self.seen: list[Future[object]] = []

    def take(self, resource_type: str, identity: str) -> Sequence[Record]:
        taken = super().take(resource_type, identity)
        self.seen = [
            self._pool.submit(self.read, resource_type, identity),
            self._pool.submit(self.find, resource_type, patients=["p1"]),
        ]
        wait(self.seen, timeout=0.2)
        return taken


def test_a_change_is_seen_whole_or_not_at_all() -> None:
    with ThreadPoolExecutor(2) as pool:
        shelf = Watched(pool)
        shelf.put(OLD)
        shelf.replace(NEW)
        assert [one.result(timeout=5) for one in shelf.seen] == [NEW, [NEW]]
    assert (shelf.find("Condition"), shelf.of_patient("p1")) == ([NEW], [NEW])


def test_what_is_taken_is_nowhere_and_its_type_is_still_known() -> None:
    shelf = Shelf()
    shelf.put(Record("Patient", "p1", None, "p1", b"{}"))
    shelf.put(OLD)
    assert shelf.take("Condition", "c1") == [OLD]
    assert shelf.take("Condition", "c1") == []
    shelf.clear()
    assert (shelf.patients, shelf.types, shelf.find("Condition", ids=["c1"])) == (
        (),
        ("Condition", "Patient"),
        [],
    )
