"""In the drawing of agreement a shape means the same in every row, whatever else is undefined there."""

from jinja2 import Environment, PackageLoader

from abstractor.web.auditing.plot import Series, draw_plot
from abstractor.workflow.agreement.ratings import Estimate, Undefined, Why

LOOKS = (("kappa", "Cohen's kappa"), ("ac1", "Gwet's AC1"))
UNDEFINED = Undefined(next(iter(Why)))


def drawn(*values: Estimate | Undefined) -> str:
    plot = draw_plot([Series("One item", values)], LOOKS)
    rooms = Environment(loader=PackageLoader("abstractor.web"), autoescape=True)
    page = str(rooms.get_template("auditing/plot.html").module.plotted(plot, "Agreement"))  # type: ignore[attr-defined] # a macro
    return page.partition("</svg>")[0]  # without the legend


def test_a_shape_is_of_one_statistic() -> None:
    known = Estimate(1.0, UNDEFINED, 3)
    for values, circles, diamonds in (
        ((known, known), 1, 1),
        ((known, UNDEFINED), 1, 0),
        ((UNDEFINED, known), 0, 1),
    ):
        told = drawn(*values)
        assert (told.count("<circle"), told.count("diamond")) == (circles, diamonds)
