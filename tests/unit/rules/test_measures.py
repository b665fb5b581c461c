"""LVEF-BASE and BMA with a case for each verdict, and the edges of their windows."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from abstractor.abstract import Finding
from fixtures.stories import TDXD, Tale, tale
from tests.asking import abstract_told


def finding(told: Tale, rule: str, *, line: int | None) -> Finding | None:
    for each in abstract_told(told.told()).findings:
        if each.rule == rule and (each.line.number if each.line else None) == line:
            return each
    return None


def treated() -> Tale:
    return tale("someone").her2_positive_mbc("2021-12-01", "liver").course(TDXD, "2022-06-01", cycles=5)


def urgent(priority: str = "urgent") -> Tale:
    return treated().order(TDXD[0], "2022-05-31").but(priority=priority)


def withdrawn() -> Tale:
    return treated().order(TDXD[0], "2022-05-31", status="cancelled").but(priority="urgent")


def met_in(visit_class: str, on: str = "2022-06-01") -> Tale:
    act = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    return treated().visit(on).but(**{"class": {"system": act, "code": visit_class}})


LVEF: list[tuple[str, Callable[[], Tale], str]] = [
    ("91 days before", lambda: treated().lvef(60, "2022-03-02"), "not-met"),
    ("90 days before", lambda: treated().lvef(60, "2022-03-03"), "met"),
    ("89 days before", lambda: treated().lvef(60, "2022-03-04"), "met"),
    ("on the day", lambda: treated().lvef(60, "2022-06-01"), "met"),
    ("7 days after", lambda: treated().lvef(60, "2022-06-08"), "met"),
    ("8 days after, nothing urgent", lambda: treated().lvef(60, "2022-06-09"), "not-met"),
    ("8 days after an urgent start", lambda: urgent().lvef(60, "2022-06-09"), "exception"),
    ("21 days after an urgent start", lambda: urgent().lvef(60, "2022-06-22"), "exception"),
    ("22 days after an urgent start", lambda: urgent().lvef(60, "2022-06-23"), "not-met"),
    ("an urgent start, and none", lambda: urgent(), "not-met"),
    ("ordered routinely", lambda: urgent("routine").lvef(60, "2022-06-09"), "not-met"),
    ("stat", lambda: urgent("stat").lvef(60, "2022-06-09"), "exception"),
    ("the urgent order withdrawn", lambda: withdrawn().lvef(60, "2022-06-09"), "not-met"),
    ("an emergency on the day", lambda: met_in("EMER").lvef(60, "2022-06-09"), "exception"),
    ("an emergency the day before", lambda: met_in("EMER", "2022-05-31").lvef(60, "2022-06-09"), "not-met"),
    ("an emergency on the day, and none", lambda: met_in("EMER"), "not-met"),
    ("admitted on the day", lambda: met_in("IMP").lvef(60, "2022-06-09"), "not-met"),
    ("a visit on the day", lambda: met_in("AMB").lvef(60, "2022-06-09"), "not-met"),
    ("none, results seen whole", treated, "not-met"),
    ("died in the window", lambda: treated().death("2022-06-05"), "excluded"),
    (
        "window still open",
        lambda: (
            tale("someone", as_of=date(2022, 6, 4))
            .her2_positive_mbc("2021-12-01", "liver")
            .course(TDXD, "2022-06-01")
        ),
        "pending",
    ),
]


@pytest.mark.parametrize(("name", "told", "verdict"), LVEF, ids=[row[0] for row in LVEF])
def test_lvef_before_treatment(name: str, told: Callable[[], Tale], verdict: str) -> None:
    found = finding(told(), "LVEF-BASE", line=1)
    assert found is not None
    assert found.verdict == verdict, found.statement
    assert found.authority == "FDA"


def test_no_trigger_gives_no_finding() -> None:
    told = (
        tale("someone")
        .her2_positive_mbc("2021-12-01", "liver")
        .course(["capecitabine"], "2022-06-01", cycles=5)
    )
    assert finding(told, "LVEF-BASE", line=1) is None


def bone(as_of: date = date(2022, 12, 31)) -> Tale:
    return (
        tale("someone", as_of=as_of)
        .her2_positive_mbc("2022-03-01", "bone")
        .visit("2022-03-05")
        .order("docetaxel", "2022-03-10")
    )


def hospice(on: str) -> dict[str, Any]:
    return {
        "resourceType": "Procedure",
        "id": "hospice",
        "status": "completed",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "385763009"}]},
        "subject": {"reference": "Patient/someone"},
        "performedDateTime": on,
    }


def refused(on: str) -> Tale:
    why = {"coding": [{"system": "http://snomed.info/sct", "code": "105480006"}]}
    return bone().given("zoledronic acid", on, status="not-done").but(statusReason=[why])


BMA: list[tuple[str, Callable[[], Tale], str]] = [
    ("within 90 days", lambda: bone().given("zoledronic acid", "2022-05-30"), "met"),
    ("on day 90", lambda: bone().order("zoledronic acid", "2022-05-30"), "met"),
    ("on day 91", lambda: bone().order("zoledronic acid", "2022-05-31"), "not-met"),
    ("none", bone, "not-met"),
    (
        "ordered and cancelled",
        lambda: bone().order("zoledronic acid", "2022-04-01", status="cancelled"),
        "not-met",
    ),
    ("window still open", lambda: bone(date(2022, 4, 1)), "pending"),
    ("in hospice", lambda: bone().raw(hospice("2022-04-15")), "excluded"),
    ("in hospice later", lambda: bone().raw(hospice("2022-09-15")), "not-met"),
    ("refused", lambda: refused("2022-04-15"), "exception"),
    ("refused months later", lambda: refused("2022-09-15"), "not-met"),
    ("died", lambda: bone().death("2022-05-01"), "excluded"),
]


@pytest.mark.parametrize(("name", "told", "verdict"), BMA, ids=[row[0] for row in BMA])
def test_bone_modifying_agent(name: str, told: Callable[[], Tale], verdict: str) -> None:
    found = finding(told(), "BMA", line=None)
    assert found is not None
    assert found.verdict == verdict, found.statement
    assert (found.authority, found.line) == ("ASCO", None)


def test_no_bone_metastasis_gives_no_finding() -> None:
    assert finding(treated(), "BMA", line=None) is None


def test_an_unstated_denosumab_dose_is_unknown() -> None:
    found = finding(bone().order("denosumab", "2022-04-01"), "BMA", line=None)
    assert found is not None and found.verdict == "unknown"
    assert "dose-not-stated" in found.statement


def test_a_late_result_is_named_and_what_would_excuse_it() -> None:
    found = finding(treated().lvef(60, "2022-06-09"), "LVEF-BASE", line=1)
    assert found is not None
    assert "2022-06-09, 8 days after it, and no record says that it could not wait" in found.statement
    assert any(each.startswith("a record that the first dose") for each in found.would_clear)
    assert any("2022-06-09" in str(each.value) for each in found.evidence)


def test_an_urgent_order_of_an_earlier_line_excuses_none_of_a_later_one() -> None:
    told = tale("someone").her2_positive_mbc("2018-12-01", "liver")
    told = told.order("trastuzumab", "2019-01-02").but(priority="urgent")
    told = told.course(["docetaxel", "trastuzumab"], "2019-01-03", cycles=6).course(
        TDXD, "2020-06-01", cycles=5
    )
    told = told.course(["capecitabine", "trastuzumab"], "2022-01-10", cycles=5).lvef(60, "2022-01-25")
    found = finding(told, "LVEF-BASE", line=3)
    assert found is not None and found.verdict == "not-met", found and found.statement
