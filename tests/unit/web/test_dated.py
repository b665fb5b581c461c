"""No line of a sentence ends within a date."""

import pytest

from abstractor.web.templating import dated


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("Given on 2022-06-21.", 'Given on <span class="date">2022-06-21</span>.'),
        ("From 2020-05 to 2021", 'From <span class="date">2020-05</span> to 2021'),
        ("LVEF < 50 %, 12-2020 & on", "LVEF &lt; 50 %, 12-2020 &amp; on"),
        ("<i>2022-06-21</i>", '&lt;i&gt;<span class="date">2022-06-21</span>&lt;/i&gt;'),
    ],
)
def test_a_date_is_kept_together_and_everything_else_escaped(told: str, shown: str) -> None:
    assert dated(told) == shown
