"""Order, split, compression, processes and parts of the input say nothing: the bytes that come out are the
same."""

import gzip
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from abstractor.abstract import ReportingPeriod, to_json
from abstractor.chart import Chart
from abstractor.fhir.charting import Reading
from abstractor.guidelines import load_value_sets
from abstractor.rules.decide import abstract_chart
from abstractor.workflow.abstracting.from_files import FilesAsked, lines_of_files
from fixtures.stories import W22, all_stories
from fixtures.stories.ndjson import as_line
from tests.asking import ZONE, library

# Every seventh story, the dirty ones among them: enough for each kind of record, and quick.
STORIES = all_stories()[::7]
PERIOD = ReportingPeriod(*W22, ZONE)


def told(_: int) -> None:
    """Nobody waits."""


def line(chart: Chart) -> str:
    known = library()
    abstract = abstract_chart(chart, known, known.line_policy, PERIOD, W22[1], definition="A", program="test")
    return to_json(abstract)


@cache
def records() -> tuple[str, ...]:
    return tuple(dict.fromkeys(as_line(each) for story in STORIES for each in story.resources))


def abstracted(files: Sequence[bytes], *, zipped: bool, workers: int = 1, part_bytes: int = 2**24) -> object:
    """All that comes out for these files."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, body in enumerate(files):
            path = Path(folder, f"{number}.ndjson" + (".gz" if zipped else ""))
            path.write_bytes(gzip.compress(body) if zipped else body)
            paths.append(path)
        reading = Reading(load_value_sets(), ZoneInfo(ZONE))
        asked = FilesAsked(tuple(paths), reading, line, workers=workers, part_bytes=part_bytes)
        found = lines_of_files(asked, progress=told, answered=told)
        return list(found.lines), found.counts()


@cache
def plain() -> object:
    return abstracted(["\n".join(records()).encode()], zipped=False)


@settings(max_examples=8)
@given(
    st.integers(0, 999),
    st.integers(1, 4),
    st.booleans(),
    st.sampled_from((1, 2)),
    st.sampled_from((2_000, 50_000, 2**24)),
)
def test_the_bytes_are_the_same(seed: int, pieces: int, zipped: bool, workers: int, part_bytes: int) -> None:
    lines = list(records())
    Random(seed).shuffle(lines)
    files = ["\n".join(lines[at::pieces]).encode() for at in range(pieces)]
    assert abstracted(files, zipped=zipped, workers=workers, part_bytes=part_bytes) == plain()
