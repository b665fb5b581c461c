"""Each fact of the knowledge base, section 8, that a dialect holds, and how a dialect is recognised."""

import json
from typing import Any

import pytest

from abstractor.errors import OptionError
from abstractor.fhir.capability import Capability, decode_capability
from abstractor.fhir.clinic_setup import CHOICES
from abstractor.fhir.dialects.dialect import BulkWays, TypeWays
from abstractor.fhir.dialects.loading import DIALECTS, dialect, dialect_from, dialect_of
from abstractor.fhir.types import PATIENT_ELEMENT


def says(**parts: Any) -> Capability:
    read = decode_capability(json.dumps({"resourceType": "CapabilityStatement", **parts}).encode())
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"software": {"name": "Epic", "version": "May 2025"}, "publisher": "Some Hospital"}, "epic"),
        ({"publisher": "Cerner"}, "oracle"),
        ({"publisher": "Oracle Health", "software": {"name": "Millennium"}}, "oracle"),
        ({"software": {"name": "Cerner Millennium"}}, "oracle"),
        ({"publisher": "athenahealth"}, "athena"),
        ({"software": {"name": "EPIC"}}, "epic"),
        ({"software": {"name": "Epicure"}, "publisher": "Epic fans"}, "plain"),
        ({"software": {"version": "1"}}, "plain"),
        ({}, "plain"),
    ],
)
def test_recognised_by_what_the_endpoint_says_of_itself(told: dict[str, Any], name: str) -> None:
    assert dialect_of(says(**told)).name == name


@pytest.mark.parametrize("name", DIALECTS)
def test_the_name_given_goes_before_what_the_endpoint_says(name: str) -> None:
    assert dialect_of(says(publisher="athenahealth"), named=name) is dialect(name)


def test_the_setup_of_a_clinic_may_name_each_of_them() -> None:
    assert CHOICES["dialect"] == ("auto", *DIALECTS)
    with pytest.raises(OptionError, match="choose one of plain, epic, oracle, athena, or auto"):
        dialect("meditech")


@pytest.mark.parametrize("name", DIALECTS)
def test_every_type_that_names_its_patient_is_searched_by_patient(name: str) -> None:
    searched = {kind for kind, ways in dialect(name).types.items() if ways.parameter is not None}
    assert searched == set(PATIENT_ELEMENT) - {"Patient"}
    assert dialect(name).ways("AdverseEvent").parameter == "subject"


@pytest.mark.parametrize(
    ("name", "kind", "parameter", "some", "whole", "at_once"),
    [
        ("plain", "Observation", "category", {"laboratory", "procedure", "therapy"}, False, False),
        ("plain", "DiagnosticReport", "category", {"LAB", "PAT", "LP29684-5"}, False, False),
        ("plain", "CarePlan", "category", {"assess-plan"}, False, False),
        ("plain", "CareTeam", "status", {"active", "inactive"}, False, False),
        ("plain", "MedicationRequest", "intent", {"order", "plan", "option"}, True, False),
        ("epic", "Observation", "category", {"laboratory", "vital-signs"}, False, True),
        ("epic", "DiagnosticReport", "category", {"LAB"}, False, False),
        ("oracle", "Observation", "category", {"therapy"}, False, False),
        ("athena", "MedicationRequest", "intent", {"order", "plan"}, False, True),
    ],
)
def test_searches_in_place_of_a_refused_one(
    name: str, kind: str, parameter: str, some: set[str], whole: bool, at_once: bool
) -> None:
    fan_out = dialect(name).ways(kind).fan_out
    assert fan_out is not None
    assert (fan_out.parameter, fan_out.whole, fan_out.at_once) == (parameter, whole, at_once)
    assert some <= set(fan_out.values)


def test_epic() -> None:
    epic = dialect("epic")
    observation, orders = epic.ways("Observation"), epic.ways("MedicationRequest")
    assert observation.fan_out is not None
    assert not {"procedure", "therapy", "activity"} & set(observation.fan_out.values)
    assert not epic.ways("MedicationStatement").offered and epic.ways("MedicationRequest").offered
    assert not orders.may_send("code") and not orders.may_send("_lastUpdated") and orders.may_send("intent")
    assert {ways.since for ways in epic.types.values()} == {None}
    assert {ways.lists for ways in epic.types.values()} == {1}
    assert epic.bulk == BulkWays(levels=("group",), one_job=True)


def test_oracle() -> None:
    oracle = dialect("oracle")
    orders, observation = oracle.ways("MedicationRequest"), oracle.ways("Observation")
    assert not orders.may_send("category") and not orders.may_send("subject") and orders.may_send("patient")
    assert (observation.page_size, observation.apart) == (200, (("date", "_lastUpdated"),))
    assert (observation.since, observation.since_prefixes) == ("_lastUpdated", ("ge", "le"))
    assert not oracle.ways("Medication").offered
    assert oracle.bulk == BulkWays(
        levels=("group", "patient"),
        left_out=("MedicationAdministration", "Medication"),
        commas=True,
        one_job=True,
        filters=1,
        filter_refuses=("_lastUpdated",),
        most_patients=10000,
    )


def test_athena() -> None:
    athena = dialect("athena")
    orders = athena.ways("MedicationRequest").fan_out
    assert orders is not None and orders.values == ("order", "plan")
    assert athena.bulk.levels == ("group",)
    assert athena.ways("Condition") == TypeWays(parameter="patient", population=False)


HEAD = 'software = ["X"]\npublishers = []\n[bulk]\nlevels = ["group"]\n'


def test_what_a_file_does_not_say_is_as_in_plain() -> None:
    own = dialect_from(
        HEAD + '[default]\nlists = 3\n[types.Condition]\nalways = { category = "encounter-diagnosis" }\n',
        name="own",
    )
    condition = own.ways("Condition")
    assert (condition.parameter, condition.lists, condition.since) == ("patient", 3, "_lastUpdated")
    assert dict(condition.always) == {"category": "encounter-diagnosis"}
    assert own.ways("Observation").fan_out == dialect("plain").ways("Observation").fan_out


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEAD + "[default]\nlits = 3\n", r"own\.toml:6: .*unknown field `lits`: did you mean lists\?"),
        (HEAD + '[types.Condition]\nlists = "3"\n', r"own\.toml:6: Expected `int`, got `str`.*the keys are"),
        (
            HEAD + '[types.A]\n[types.B.fan_out]\nparameter = "x"\n',
            r"own\.toml:6: .*missing required field `values`",
        ),
        (HEAD + '[types.B]\nsince = "yesterday"\n', r"own\.toml:6: Invalid enum value 'yesterday'"),
        (HEAD.replace("group", "world"), r"own\.toml:4: Invalid enum value 'world'"),
        ("sofware = []\n" + HEAD, r"own\.toml:1: .*did you mean software\?"),
        ("software = [", r"own\.toml: no TOML: .*write one fact a line"),
    ],
)
def test_a_complaint_names_file_line_and_mend(text: str, complaint: str) -> None:
    with pytest.raises(OptionError, match=complaint):
        dialect_from(text, name="own")
