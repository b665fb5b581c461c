"""What a run of the whole suite leaves to `make proof` is still run there, and half at most is left."""

import pytest

from tests.thinning import is_left_to_proof


@pytest.mark.parametrize("folder", ["queue", "bulk", "schedule", "connecting", "pull", "doctor"])
@pytest.mark.parametrize("name", ["test_a[{}]", "test_b[{}-2]", "test_c[x-{}]"])
def test_each_test_on_both_databases_is_run_on_one(folder: str, name: str) -> None:
    nodes = [
        f"tests/integration/{folder}/test_x.py::{name.format(database)}"
        for database in ("sqlite", "postgresql")
    ]
    assert sorted(map(is_left_to_proof, nodes)) == [False, True]


def test_about_half_of_a_matrix_is_run() -> None:
    nodes = [f"tests/integration/faults/test_http.py::test_a[{case}]" for case in range(1_000)]
    assert 400 < sum(map(is_left_to_proof, nodes)) < 600


@pytest.mark.parametrize(
    "node",
    [
        "tests/integration/queue/test_x.py::test_without_database",
        "tests/integration/store/test_x.py::test_a[sqlite]",
        "tests/integration/faults/test_law.py::test_a[1]",
        "tests/integration/faults/test_http.py::test_alone",
    ],
)
def test_everything_else_is_always_run(node: str) -> None:
    assert not is_left_to_proof(node)
