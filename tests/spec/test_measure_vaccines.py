"""The table of vaccines told by hand: ages, seasons and doses on either side of each edge (knowledge base,
section 4.2, VACC). The visit that asks is of 10 February 2025.
"""

from datetime import date

import pytest

from tests.spec.measure_rows import Row, Scene, rows

SEEN = date(2025, 2, 10)
IN_TIME = {
    "influenza-vaccine": "vaccination:influenza-vaccine@-120",
    "covid-19-vaccine": "vaccination:covid-19-vaccine@-120",
    "pneumococcal-vaccine": "vaccination:pneumococcal-vaccine@-2000",
    "rsv-vaccine": "vaccination:rsv-vaccine@-300",
    "zoster-vaccine": "vaccination:zoster-vaccine@-400; vaccination:zoster-vaccine@-300",
    "hepatitis-b-vaccine": "vaccination:hepatitis-b-vaccine@-3000",
}


def all_but(left_out: str, instead: str = "") -> str:
    return "; ".join([*(told for name, told in IN_TIME.items() if name != left_out), instead])


def scene(born: date, *told: str) -> Scene:
    return Scene(
        measure="VACC",
        day=SEEN,
        base="visit:@0",
        story={"born": born, "as_of": date(2025, 12, 31), "metastatic": date(2024, 6, 3)},
        rows="\n".join(told),
    )


def without(vaccine: str, verdict: str) -> str:
    return f"{all_but(vaccine)} -> {verdict}"


ROWS = rows(
    scene(date(1965, 2, 10), f"{all_but('')} -> met", "-> unknown", without("rsv-vaccine", "not-met")),
    scene(date(1965, 2, 11), without("rsv-vaccine", "met"), without("hepatitis-b-vaccine", "not-met")),
    scene(date(1965, 2, 10), without("hepatitis-b-vaccine", "met")),
    scene(
        date(2006, 2, 10),
        without("influenza-vaccine", "not-met"),
        without("covid-19-vaccine", "not-met"),
        without("pneumococcal-vaccine", "not-met"),
        without("zoster-vaccine", "not-met"),
        without("hepatitis-b-vaccine", "not-met"),
    ),
    scene(
        date(2006, 2, 11),
        without("influenza-vaccine", "not-met"),
        without("covid-19-vaccine", "not-met"),
        without("pneumococcal-vaccine", "met"),
        without("zoster-vaccine", "met"),
        without("hepatitis-b-vaccine", "met"),
    ),
    scene(
        date(1980, 5, 5),
        # The season begins on 1 July 2024, 224 days before the visit.
        *(
            f"{all_but(vaccine, f'vaccination:{vaccine}@{day}')} -> {verdict}"
            for vaccine in ("influenza-vaccine", "covid-19-vaccine")
            for day, verdict in ((-224, "met"), (-225, "not-met"))
        ),
        *(
            f"{all_but('zoster-vaccine', 'vaccination:zoster-vaccine@-100')};"
            f" vaccination:zoster-vaccine@{day} -> {verdict}"
            for day, verdict in ((-72, "met"), (-73, "not-met"))
        ),
        f"{all_but('hepatitis-b-vaccine', 'diagnosis:hepatitis-b@-300')} -> met",
        f"{all_but('', 'visit:hospice@0')} -> met",
        "visit:hospice@0 -> excluded",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_table_of_vaccines(row: Row) -> None:
    holds, said = row.holds()
    assert holds, said
