"""Choices for the boundary cases: each regimen of the catalogue in each line, after early relapse and not.

Every one is told in 1994 to 1996, before any edition, so that nothing but the day of the decision moves.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from abstractor.dates import exact
from abstractor.guidelines import load_library
from abstractor.rules.kinds import ChosenRegimen, CnsStatus
from abstractor.rules.library import Regimen
from abstractor.rules.situation import Situation
from fixtures.stories import HP, TDM1, THP, Tale, tale
from tests.asking import situation_of

__all__ = ["CHOICES", "LAST_ADJUVANT", "named", "on_day", "relapsed_after"]

LINES = (1, 2, 3)
# What came before: the first of these that share no drug with the choice, so that it opens a line of its own.
EARLIER = (THP, ["capecitabine", "lapatinib"], ["eribulin", "margetuximab"], ["neratinib", "vinorelbine"])
STARTS = (date(1995, 1, 9), date(1995, 7, 10), date(1996, 1, 8))
METASTATIC = date(1994, 12, 12)
LAST_ADJUVANT = date(1994, 9, 12)


def _agents(regimen: Regimen) -> list[str]:
    """One drug from each slot: it is called by that name."""
    return [slot[0] for slot in regimen.needs]


def _patient(drugs: list[str], line: int, *, adjuvant: bool = False) -> Tale:
    """Hormone-receptor-positive, with a liver metastasis; these drugs in that line."""
    told = tale("someone", as_of=date(1996, 12, 31))
    told.her2_positive_mbc("1994-01-10", "liver", metastatic=METASTATIC.isoformat())
    told.hormone_receptors("positive", "1994-12-05").procedure(
        "Insertion of a venous access port", "1994-12-19"
    )
    if adjuvant:
        told.course(HP, "1994-02-07", until=LAST_ADJUVANT.isoformat())
    before = [given for given in EARLIER if not set(given) & set(drugs)][: line - 1]
    for number, given in enumerate((*before, drugs)):
        until = STARTS[number] + timedelta(days=150)
        told.course(list(given), STARTS[number].isoformat(), through=until.isoformat())
    return told


def _maintained(agent: str) -> Tale:
    told = _patient(THP, 1).course(["letrozole"], "1995-05-29", through="1995-12-01")
    told.course(HP, "1995-06-12", through="1995-12-01")
    return told.course([agent], "1995-06-19", through="1995-12-01")


def _with_brain(drugs: list[str], line: int, *, treated: bool) -> Tale:
    told = _patient(drugs, line).metastasis("brain", "1995-06-01")
    return told.procedure("Stereotactic radiosurgery of brain metastasis", "1995-06-12") if treated else told


def _unchanged_elsewhere() -> Tale:
    """Only the brain progressed during THP, and was treated."""
    return _with_brain(TDM1, 2, treated=True).disease("stable", "1995-07-03")


Told = tuple[Callable[[], Tale], int, bool]  # the patient, the line, whether its maintenance is judged


def _choices() -> dict[str, Told]:
    library = load_library()
    found: dict[str, Told] = {}
    for regimen in library.regimens:
        drugs = _agents(regimen)
        for line in LINES:
            found[f"{regimen.id}, line {line}"] = (_told(_patient, drugs, line), line, False)
            early = _told(_patient, drugs, line, adjuvant=True)
            found[f"{regimen.id}, line {line} after early relapse"] = (early, line, False)
    for name in sorted(_asked_by_cns()):
        drugs = _agents(next(regimen for regimen in library.regimens if regimen.id == name))
        for line in (2, 3):
            for treated, status in ((False, "active"), (True, "stable")):
                told = _told(_with_brain, drugs, line, treated=treated)
                found[f"{name}, line {line}, CNS {status}"] = (told, line, False)
    found["TDM1, line 2, only the brain progressed"] = (_unchanged_elsewhere, 2, False)
    for addition in library.line_policy.maintenance_additions:
        found[f"{addition.agent} joins maintenance"] = (_told(_maintained, addition.agent), 1, True)
    return found


def _told(patient: Callable[..., Tale], *given: object, **facts: object) -> Callable[[], Tale]:
    return lambda: patient(*given, **facts)


def _asked_by_cns() -> set[str]:
    """The regimens of the rows that ask for the CNS status."""
    rows = [row for edition in load_library().editions for row in edition.recommendations]
    asking = [row for row in rows if any(isinstance(each, CnsStatus) for each in row.when)]
    return {
        name for row in asking for each in row.when if isinstance(each, ChosenRegimen) for name in each.one_of
    }


CHOICES = _choices()


@cache
def named(choice: str) -> Situation:
    told, line, step = CHOICES[choice]
    return situation_of(told().told(), line, step=step)


def on_day(choice: str, day: date) -> Situation:
    """The same choice, decided on that day."""
    return replace(named(choice), decision=exact(day), decided={})


def relapsed_after(regimen: str, days: int) -> Situation:
    """The first line, metastatic so many days after the last adjuvant dose of trastuzumab and pertuzumab."""
    situation = named(f"{regimen}, line 1 after early relapse")
    when = exact(LAST_ADJUVANT + timedelta(days=days))
    return replace(situation, anchor=replace(situation.anchor, when=when), decided={})
