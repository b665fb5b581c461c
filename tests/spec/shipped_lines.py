"""Lines of therapy as the shipped line policy makes them, of charts told in lines of plain words."""

from datetime import date, timedelta

from abstractor.chart import Seen
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.therapy.course import Therapy
from abstractor.rules.therapy.deriving import derive
from tests.asking import library
from tests.builders import told

__all__ = ["AS_OF", "METASTATIC", "START", "after", "opened", "therapy_of"]

START = date(2020, 1, 6)
AS_OF = "2022-12-31"
METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"


def after(days: int, start: date = START) -> str:
    return (start + timedelta(days=days)).isoformat()


def therapy_of(story: str, as_of: str = AS_OF, *, seen: Seen = Seen.COMPLETE) -> Therapy:
    known = told(story, seen=seen).as_of(date.fromisoformat(as_of))
    anchor = metastatic_anchor(known, library().inclusion)
    return derive(known, anchor, library(), library().line_policy, date.fromisoformat(as_of))


def opened(story: str, *, seen: Seen = Seen.COMPLETE) -> list[str]:
    """Why each line of a patient with liver metastases opened."""
    return [each.line.opened_because for each in therapy_of(METASTATIC + story, seen=seen).lines]
