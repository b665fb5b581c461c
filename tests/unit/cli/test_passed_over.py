"""What was not read is told on stderr, with what to do."""

from pathlib import Path

import pytest

from abstractor.cli.reporting import tell_passed_over


def test_what_a_tool_wrote_beside_a_file_that_is_named_by_itself_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Condition.ndjson").write_text('{"resourceType":"Condition","id":"1"}\n')
    (tmp_path / "deleted").mkdir()
    (tmp_path / "deleted" / "1.ndjson").write_text("{}\n")
    tell_passed_over([tmp_path / "Condition.ndjson"])
    assert capsys.readouterr().err == (
        f"not read: {tmp_path / 'deleted'}: what it tells of the files beside it is read with their folder; "
        "give the folder as INPUT\n"
    )
    tell_passed_over([tmp_path])
    assert capsys.readouterr().err == ""
