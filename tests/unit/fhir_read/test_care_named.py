"""A name is care that was done only where every word of it goes with that care; both directions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abstractor.chart import Standing
from abstractor.fhir.facts.care_named import care_named
from abstractor.fhir.facts.coded import Lexicon
from abstractor.fhir.facts.worded import ACTIVITY
from tests.unit.fhir_read.caring import document, plan, request
from tests.unit.fhir_read.charting import chart_of, procedure, value_sets, visit

PALLIATIVE = "palliative-care-encounter"
NAMES = sorted(phrase for system, phrase in value_sets().concepts if system == ACTIVITY)

CARE = [
    ("Palliative care", PALLIATIVE),
    ("Palliative", PALLIATIVE),
    ("Palliative care consult", PALLIATIVE),
    ("AMB REFERRAL TO PALLIATIVE MEDICINE", PALLIATIVE),
    ("Palliative medicine consultation note", PALLIATIVE),
    ("Ambulatory referral to supportive and palliative care", PALLIATIVE),
    ("Outpatient palliative clinic, initial visit 60 min", PALLIATIVE),
    ("Hospice and palliative medicine", PALLIATIVE),
    ("Palliative care follow-up, telehealth", PALLIATIVE),
    ("Referral to palliative care service (procedure)", PALLIATIVE),
    ("Hospice", "hospice"),
    ("Hospice care (regime/therapy)", "hospice"),
    ("Admission to hospice", "hospice"),
    ("Discharge to home hospice", "hospice"),
    ("Enrolled in hospice", "hospice"),
    ("Hospice benefit election", "hospice"),
    ("Inpatient hospice care, day 3", "hospice"),
    ("Hospice nursing visit", "hospice"),
    ("Cardiology consult after low LVEF", "cardiology-care"),
    ("Dental clearance before denosumab", "dental-examination"),
    ("Family meeting: goals of care", "goals-of-care"),
    ("Advance care planning, first 30 minutes", "goals-of-care"),
    ("Consent for chemotherapy, signed", "treatment-consent"),
    ("Multidisciplinary breast tumor board", "tumour-board"),
    ("PET/CT without contrast", "pet-ct"),
    ("CT guided core needle biopsy of liver", "metastasis-biopsy"),
    ("Oncology social work assessment", "psychosocial-care"),
    ("Nurse navigator phone call", "patient-navigation"),
]
OPEN = [
    ("Palliative whole brain radiotherapy", PALLIATIVE),
    ("Radiotherapy, palliative", PALLIATIVE),
    ("Palliative care brochure", PALLIATIVE),
    ("Palliative care and chemotherapy infusion", PALLIATIVE),
    ("Patient wants chemotherapy, no palliative care", PALLIATIVE),
    ("Hospice information visit", "hospice"),
    ("Hospice benefit brochure given", "hospice"),
    ("Hospice house volunteer", "hospice"),
    ("Hospice eligibility screening", "hospice"),
    ("Hospice evaluation", "hospice"),
    ("Inpatient hospice consult", "hospice"),
    ("Referral to hospice", "hospice"),
    ("Wife in hospice", "hospice"),
    ("Hospice discussed, patient wants treatment", "hospice"),
    ("Discussion of hospice eligibility, not eligible", "hospice"),
    ("Cardiology pharmacy refill", "cardiology-care"),
    ("Tumor board membership", "tumour-board"),
    ("Goals of care brochure mailed", "goals-of-care"),
]
NOTHING = [
    "Palliative radiotherapy to bone",
    "Palliative radiation therapy",
    "Palliative chemotherapy",
    "Palliative chemotherapy infusion visit",
    "Palliative mastectomy",
    "Consent for palliative systemic therapy",
    "Palliative intent treatment plan: THP",
    "No palliative care needed",
    "Palliative care visit cancelled",
    "Hospice not indicated",
    "Cardiology visit - no show",
    "Radiation",
]
DECLINED = [
    ("Palliative care referral - patient declined", PALLIATIVE),
    ("Palliative care referral offered and declined", PALLIATIVE),
    ("Palliative care consult declined by patient", PALLIATIVE),
    ("Patient refuses palliative care at this time", PALLIATIVE),
    ("Social work referral - patient declined", "psychosocial-care"),
    ("Hospice referral - patient declined", "hospice"),
]


@pytest.mark.parametrize(("name", "concept"), CARE)
def test_care_with_words_that_go_with_it_is_that_care(name: str, concept: str) -> None:
    chart = chart_of(request(code={"text": name}), procedure({"text": name}), visit(type=[{"text": name}]))
    for fact in (*chart.activities, *chart.procedures, *chart.visits):
        assert concept in fact.concepts
        assert concept == "hospice" or "hospice" not in fact.concepts
        assert fact.standing is Standing.COUNTS or fact.standing is Standing.ORDERED_ONLY


@pytest.mark.parametrize(("name", "concept"), OPEN)
def test_another_word_leaves_it_open_and_is_quoted(name: str, concept: str) -> None:
    chart = chart_of(
        request(code={"text": name}),
        plan(title=name),
        document(type={"text": name}),
        procedure({"text": name}),
        visit(type=[{"text": name}]),
    )
    facts = (*chart.activities, *chart.procedures, *chart.visits)
    assert len(facts) == 5
    for fact in facts:
        assert concept not in fact.concepts
        assert fact.left_open is not None
        assert concept in fact.left_open.may_be
        assert fact.left_open.words == name


@pytest.mark.parametrize("name", NOTHING)
def test_the_intent_of_a_treatment_and_a_denial_are_no_care(name: str) -> None:
    chart = chart_of(request(code={"text": name}), plan(title=name), document(type={"text": name}))
    assert {(fact.concepts, fact.left_open) for fact in chart.activities} == {((), None)}


@pytest.mark.parametrize(("name", "concept"), DECLINED)
def test_care_that_was_offered_and_declined_is_refused(name: str, concept: str) -> None:
    chart = chart_of(request(code={"text": name}), document(type={"text": name}), procedure({"text": name}))
    for fact in (*chart.activities, *chart.procedures):
        assert (fact.concepts, fact.standing, fact.left_open) == ((concept,), Standing.AGAINST, None)


@pytest.mark.parametrize(
    ("text", "display", "known", "maybe"),
    [
        ("Hospice", "Hospice information", (), ("hospice",)),
        ("Palliative care", "Palliative radiotherapy", (PALLIATIVE,), ()),
        ("Palliative care referral", "Palliative care referral declined", (), ()),
    ],
)
def test_of_two_texts_the_one_that_says_more(
    text: str, display: str, known: tuple[str, ...], maybe: tuple[str, ...]
) -> None:
    said = care_named(Lexicon(value_sets()), (), text, display)
    assert (said.known, said.maybe) == (known, maybe)


@given(name=st.sampled_from(NAMES), word=st.text("bcfjkqvxz", min_size=5, max_size=9), first=st.booleans())
def test_no_name_is_care_beside_a_word_that_is_not_known(name: str, word: str, *, first: bool) -> None:
    lexicon = _LEXICON
    alone = care_named(lexicon, (), name)
    beside = care_named(lexicon, (), f"{word} {name}" if first else f"{name} {word}")
    assert alone.known
    assert (beside.known, beside.declined) == ((), ())
    assert set(alone.known) <= set(beside.maybe)


_LEXICON = Lexicon(value_sets())
