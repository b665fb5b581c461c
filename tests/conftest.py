"""For every test: it stays on this machine, no setting of the shell leaks in, no skip in CI goes unsaid."""

import gc
import os
from collections.abc import Generator, Iterator

import hypothesis
import pytest
from argon2 import PasswordHasher

from tests.loopback import Guard, guarded
from tests.thinning import MANY, is_left_to_proof

pytest_plugins = ["pytester"]

ALLOWED_SKIP = "cannot be had:"

# `make proof` asks for more.
EXAMPLES = int(os.environ.get("EXAMPLES", "30"))
hypothesis.settings.register_profile("abstractor", derandomize=True, deadline=None, max_examples=EXAMPLES)
hypothesis.settings.load_profile("abstractor")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="leave nothing to `make proof` (tests/thinning.py)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--whole") or len(items) < MANY:
        return
    left = [item for item in items if is_left_to_proof(item.nodeid)]
    config.hook.pytest_deselected(items=left)
    taken = set(map(id, left))
    items[:] = [item for item in items if id(item) not in taken]


def pytest_collection_finish() -> None:
    """Tests by the ten thousand stay: looking for cycles in them took a seventh of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def no_settings_from_outside() -> Iterator[None]:
    """The tests mean the defaults, whatever this shell has set."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ABSTRACTOR_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session", autouse=True)
def passwords_at_less_cost() -> Iterator[None]:
    """Hashed by Argon2id as ever, in a thousandth of the time; what a real one costs is tested by itself."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        patch.setattr("abstractor.store.passwords._hasher", cheap)
        yield


@pytest.fixture(scope="session", autouse=True)
def guard() -> Iterator[Guard]:
    with guarded() as guard:
        yield guard


@pytest.fixture(autouse=True)
def no_outside_connection(guard: Guard) -> Iterator[None]:
    """Fails the test that tried, even where the code under test took the refusal for a broken network."""
    guard.take()
    yield
    tried = guard.take()
    assert not tried, f"connections outside this machine were tried: {', '.join(tried)}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _no_silent_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _no_silent_skip(report)
    return report


def _no_silent_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """In CI a skip is a failure, unless its reason names what is missing and why it cannot be had."""
    if not report.skipped or not os.environ.get("CI") or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not reason.removeprefix("Skipped: ").startswith(ALLOWED_SKIP):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI without a reason that starts with {ALLOWED_SKIP!r}: {reason}"
