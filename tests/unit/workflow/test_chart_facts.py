"""Every fact of a chart has its lane, its days as far as known, and the elements that it was read from."""

from datetime import date

from abstractor.abstract import Evidence
from abstractor.chart import (
    Administration,
    Biomarker,
    Chart,
    Diagnosis,
    Dispense,
    Order,
    Patient,
    Procedure,
    Result,
    Source,
    Standing,
    Visit,
)
from abstractor.codes import Coding
from abstractor.dates import DateInterval, exact
from abstractor.guidelines import load_library, load_value_sets
from abstractor.workflow.chart_facts import ChartFacts, facts_in
from abstractor.workflow.fact_words import LANES, Track, lane_of, name_of
from tests.integration.web.charts import ICD10

DAY = exact(date(2022, 3, 1))
AS_OF = date(2022, 12, 31)
NOBODY = Patient("Patient/1", None, None, False, None, ())


def source(resource: str, path: str = "status", version: str = "1") -> Source:
    return Source(resource, f"{resource.partition('/')[0]}.{path}", version, "final")


def result(concept: str, number: float, unit: str, when: DateInterval | None = DAY, at: int = 1) -> Result:
    return Result(
        (concept,),
        number,
        unit,
        (),
        None,
        when,
        Standing.COUNTS,
        (source(f"Observation/{at}", "valueQuantity"),),
    )


def read(**parts: object) -> ChartFacts:
    return facts_in(Chart(NOBODY, **parts), AS_OF)  # type: ignore[arg-type]  # parts of a chart by name


def test_a_result_stands_in_its_lane_with_its_value_and_its_element() -> None:
    held = read(results=(result("lvef", 62.0, "%"),))
    (fact,) = held.facts
    assert (fact.track, fact.lane, fact.what, fact.value) == (Track.RESULTS, "LVEF", "LVEF", "62 %")
    found = held.source(fact.sources[0])
    assert found is not None
    assert found.elements == (Evidence("Observation/1", "1", "Observation.valueQuantity", "final"),)


def test_a_drug_of_two_agents_stands_in_both_lanes_and_says_when_it_was_not_given() -> None:
    given = Administration(
        "MedicationAdministration/1",
        "MedicationAdministration",
        ("pertuzumab", "trastuzumab"),
        None,
        DAY,
        Standing.AGAINST,
        "not-done",
        None,
        (),
        (),
        None,
        (source("MedicationAdministration/1"),),
    )
    facts = read(administrations=(given,)).facts
    assert [fact.lane for fact in facts] == ["pertuzumab", "trastuzumab"]
    assert {(fact.kind, fact.void, fact.doubt) for fact in facts} == {("given", True, "not done or denied")}


def test_supply_and_order_last_as_long_as_they_say() -> None:
    filled = Dispense(
        "MedicationDispense/1",
        ("palbociclib",),
        None,
        DAY,
        21,
        Standing.COUNTS,
        "completed",
        None,
        (),
        (source("MedicationDispense/1"),),
    )
    ordered = Order(
        "MedicationRequest/1",
        (),
        "something else",
        DAY,
        (DAY, exact(date(2022, 6, 1))),
        Standing.COUNTS,
        "active",
        "order",
        (),
        (),
        None,
        None,
        (source("MedicationRequest/1"),),
    )
    one, other = sorted(read(dispenses=(filled,), orders=(ordered,)).facts, key=lambda fact: fact.kind)
    assert (one.until, one.value) == (exact(date(2022, 3, 21)), "21 days")
    assert (other.lane, other.what, other.until) == (
        "not identified",
        "something else",
        exact(date(2022, 6, 1)),
    )


def test_a_metastasis_stands_in_the_lane_of_its_site() -> None:
    bone = Diagnosis(
        ("distant-metastasis", "bone-metastasis"),
        (Coding(ICD10, "C79.51"),),
        "C79.51",
        DAY,
        None,
        Standing.COUNTS,
        "active",
        None,
        (source("Condition/1"),),
    )
    (fact,) = read(diagnoses=(bone,)).facts
    assert (fact.track, fact.lane, fact.what) == (Track.DISEASE, "Metastasis: bone", "bone metastasis")
    assert lane_of(("distant-metastasis",), (Track.EVENTS, "x"))[1] == "Metastasis: site not said"
    assert name_of(("distant-metastasis", "cns-metastasis"), None) == "CNS metastasis"


def test_visits_studies_and_markers_have_lanes_too() -> None:
    visit = Visit(
        "Encounter/1", DAY, None, "AMB", (), Standing.COUNTS, "finished", None, None, (source("Encounter/1"),)
    )
    scan = Procedure(
        "Procedure", ("brain-mri",), False, None, DAY, Standing.COUNTS, (), (source("Procedure/1"),)
    )
    her2 = Biomarker("her2", "ihc", "3+", "3+", None, DAY, Standing.COUNTS, (source("Observation/9"),))
    told = {
        fact.lane: (fact.what, fact.value)
        for fact in read(visits=(visit,), procedures=(scan,), biomarkers=(her2,)).facts
    }
    assert told == {"Visits": ("visit (AMB)", ""), "Imaging": ("brain MRI", ""), "HER2": ("HER2", "IHC 3+")}


def test_what_is_known_later_only_is_counted_and_left_out_and_no_date_comes_last() -> None:
    late, undated = exact(date(2023, 2, 1)), None
    held = read(
        results=tuple(result("lvef", 60, "%", when, at) for at, when in enumerate((late, undated, DAY)))
    )
    assert held.later == 1
    assert [fact.days for fact in held.facts] == [DAY, None]


def test_numbers_hold_for_the_very_sources_that_they_were_made_of() -> None:
    one, same = read(results=(result("lvef", 62, "%"),)), read(results=(result("lvef", 62, "%"),))
    other = read(results=(result("lvef", 62, "%"), result("qtc", 440, "ms", at=2)))
    assert one.tag == same.tag != other.tag
    assert other.source(2) is None and other.source(-1) is None


def test_every_concept_of_a_lane_is_one_that_codes_are_read_as() -> None:
    named = [concept for lanes in LANES.values() for concepts in lanes.values() for concept in concepts]
    assert len(named) == len(set(named)), "a concept stands in one lane"
    assert set(named) <= known_concepts()


def known_concepts() -> set[str]:
    coded = {concept for means in load_value_sets().concepts.values() for concept in means}
    return coded | set(load_library().uncoded)
