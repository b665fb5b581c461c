"""The options of an audit's design, as somebody types them or an editor saves them."""

from pathlib import Path

import pytest

from abstractor.cli.audit_design import lease_of, listed_in
from abstractor.errors import OptionError
from abstractor.workflow.auditing.design import Charts, Design, Stratify


def test_a_list_that_an_editor_of_windows_saved(tmp_path: Path) -> None:
    file = tmp_path / "charts.txt"
    file.write_bytes("\ufeff12\r\n7\r\n\r\n12\r\n".encode())
    assert listed_in(file) == (12, 7)


@pytest.mark.parametrize("hours", [float("nan"), float("inf"), float("-inf")])
def test_a_lease_is_a_number_of_hours(hours: float) -> None:
    with pytest.raises(OptionError, match="number of hours"):
        lease_of(hours)
    assert lease_of(0.5) == 30


def test_a_sample_is_spread_over_each_thing_once() -> None:
    with pytest.raises(OptionError, match="each thing once"):
        Design(Charts.SAMPLE, 1, size=3, strata=(Stratify.SITE, Stratify.SITE))
