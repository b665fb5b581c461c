"""Codes as they come: one form a system; and how the drug of a medication is chosen among what names it."""

import pytest

from abstractor.codes import AgentMatch, Coding, DrugMeaning, StatusRules, ValueSets, canonical, tokens_of

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"


@pytest.mark.parametrize(
    ("system", "code", "becomes"),
    [
        (ICD, "C5011", (ICD, "C50.11")),
        (ICD, "c50.11", (ICD, "C50.11")),
        (ICD, "C50", (ICD, "C50")),
        ("http://hl7.org/fhir/sid/icd-10", "C50.9", (ICD, "C50.9")),
        ("urn:oid:2.16.840.1.113883.6.90", "Z1731", (ICD, "Z17.31")),
        (f" {ICD}/ ", " C79.51 ", (ICD, "C79.51")),
        ("https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "j9354", (HCPCS, "J9354")),
        ("HTTP://WWW.NLM.NIH.GOV/research/umls/rxnorm", "224905", (RXNORM, "224905")),
        ("https://clinic.example/codes", "lab", ("https://clinic.example/codes", "lab")),
        (None, "224905", ("", "224905")),
    ],
)
def test_one_form_a_system(system: str | None, code: str, becomes: tuple[str, str]) -> None:
    assert canonical(system, code) == becomes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("T-DM1 (Kadcyla)", ("t-dm1", "kadcyla")),
        ("Taxotere/Cytoxan", ("taxotere", "cytoxan")),
        ("trastuzumab-dkst 420 MG", ("trastuzumab-dkst", "420", "mg")),
        ("", ()),
    ],
)
def test_the_words_of_a_text(text: str, words: tuple[str, ...]) -> None:
    assert tokens_of(text) == words


SETS = ValueSets(
    concepts={("s", "1"): ("a", "b"), ("s", "2"): ("b", "c")},
    drugs={
        ("s", "ingredient"): DrugMeaning(("plain",), 1),
        ("s", "brand"): DrugMeaning(("plain conjugate",), 3),
        ("s", "product"): DrugMeaning(("plain conjugate",), 4),
        ("s", "other product"): DrugMeaning(("other",), 4),
    },
    names={
        ("plain",): DrugMeaning(("plain",), 1),
        ("plain", "conjugate"): DrugMeaning(("plain conjugate",), 3),
    },
    ignorable=frozenset({"mg", "and"}),
    statuses=StatusRules({("Order", "status", "active"): "count", ("*", "status", "wrong"): "exclude"}),
    systems=frozenset({"s"}),
    digest="sha256:0",
)


def codings(*codes: str) -> list[Coding]:
    return [Coding("s", code) for code in codes]


@pytest.mark.parametrize(
    ("codes", "texts", "match"),
    [
        (["ingredient"], [], AgentMatch(("plain",))),
        (["ingredient", "brand"], [], AgentMatch(("plain conjugate",))),
        (["ingredient"], ["plain conjugate"], AgentMatch(("plain conjugate",))),
        (["product"], ["plain"], AgentMatch(("plain conjugate",))),
        (["product", "other product"], [], AgentMatch((), "conflict", ("other", "plain conjugate"))),
        (["unknown"], [], AgentMatch((), "unmapped")),
        ([], ["plain 40 mg and plain"], AgentMatch(("plain",))),
        (["other product"], ["plain"], AgentMatch((), "conflict", ("other", "plain"))),
        (["ingredient", "other product"], [], AgentMatch((), "conflict", ("other", "plain"))),
        ([], ["plain unheard"], AgentMatch((), "unmapped", ("plain", "plain conjugate"))),
        ([], ["40 mg"], AgentMatch((), "unmapped")),
        ([], [], AgentMatch((), "unmapped")),
    ],
)
def test_the_most_specific_wins(codes: list[str], texts: list[str], match: AgentMatch) -> None:
    assert SETS.agents_of(codings(*codes), texts) == match


def test_a_display_is_a_name_too() -> None:
    assert SETS.agents_of([Coding("s", "unknown", "Plain 40 mg")], []) == AgentMatch(("plain",))


def test_concepts_join() -> None:
    assert SETS.concepts_of(codings("1", "2", "3")) == ("a", "b", "c")


@pytest.mark.parametrize(
    ("resource", "value", "treatment"),
    [
        ("Order", "active", "count"),
        ("Order", "wrong", "exclude"),
        ("Order", "new", "context"),
        ("Order", None, "context"),
    ],
)
def test_a_status_that_nobody_listed_is_not_relied_on(
    resource: str, value: str | None, treatment: str
) -> None:
    assert SETS.statuses.treatment(resource, "status", value) == treatment
