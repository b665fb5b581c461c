"""In the drawing of agreement a shape means the same in every row, whatever else is undefined there, and no
name is cut.
"""

import re
from itertools import pairwise

import pytest
from jinja2 import Environment, PackageLoader

from abstractor.web.auditing.plot import Series, draw_plot
from abstractor.workflow.agreement.ratings import Estimate, Undefined, Why

LOOKS = (("kappa", "Cohen's kappa"), ("ac1", "Gwet's AC1"))
UNDEFINED = Undefined(next(iter(Why)))


KNOWN = Estimate(1.0, UNDEFINED, 3)
LONG = "Left ventricular ejection fraction within three months before the first dose of an anti-HER2 antibody"


def drawn(*values: Estimate | Undefined, name: str = "One item") -> str:
    plot = draw_plot([Series(name, values), Series("The next", (KNOWN, KNOWN))], LOOKS)
    rooms = Environment(loader=PackageLoader("abstractor.web"), autoescape=True)
    page = str(rooms.get_template("auditing/plot.html").module.plotted(plot, "Agreement"))  # type: ignore[attr-defined] # a macro
    return page.partition("</svg>")[0]  # without the legend


def test_a_shape_is_of_one_statistic() -> None:
    for values, circles, diamonds in (
        ((KNOWN, KNOWN), 2, 2),
        ((KNOWN, UNDEFINED), 2, 1),
        ((UNDEFINED, KNOWN), 1, 2),
    ):
        told = drawn(*values)
        assert (told.count("<circle"), told.count("diamond")) == (circles, diamonds)


@pytest.mark.parametrize(
    "name", [LONG, "x" * 130, f"{LONG}, {LONG}", "Short"], ids=["long", "one word", "2", "1"]
)
def test_a_name_stands_there_whole_in_as_many_lines_as_it_takes(name: str) -> None:
    told = drawn(KNOWN, KNOWN, name=name)
    names = re.findall(r'<text class="name"[^>]*>(.*?)</text>', told, re.DOTALL)
    lines = re.findall(r'y="([0-9.]+)">([^<]*)</tspan>', names[0])
    assert "".join(line for _, line in lines).replace(" ", "") == name.replace(" ", "")
    assert all(len(line) <= 41 for _, line in lines)
    places = [float(y) for y, _ in [*lines, *re.findall(r'y="([0-9.]+)">([^<]*)</tspan>', names[1])]]
    assert all(below - above >= 15 for above, below in pairwise(places))
    assert 34 < places[0] and places[-1] < float(told.partition('viewBox="0 0 860.0 ')[2].partition('"')[0])
