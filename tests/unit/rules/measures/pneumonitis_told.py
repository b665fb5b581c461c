"""Patients with a pneumonitis on T-DXd, and what ILD-ACT says of them."""

from typing import Any

from abstractor.abstract import Abstract, Finding
from fixtures.stories import TDXD, Tale, tale
from tests.asking import abstract_told

__all__ = ["Json", "again", "decided", "ill", "said", "treated", "worded"]

DRUG = TDXD[0]
Json = dict[str, Any]


def treated() -> Tale:
    """Five doses of T-DXd up to 26 April."""
    told = tale("someone").her2_positive_mbc("2021-12-01", "liver")
    return told.course(TDXD, "2022-02-01", until="2022-04-26")


def ill(words: str, on: str = "2022-05-10", **more: Any) -> Tale:
    return treated().condition("J70.4", words, on, **more)


def worded(words: str, **elements: Any) -> Tale:
    """A Condition without a code, moderate."""
    severity = {"coding": [{"system": "http://snomed.info/sct", "code": "6736007"}]}
    told = treated().condition("J70.4", words, "2022-05-10")
    return told.but(code={"text": words}, severity=severity, **elements)


def again(told: Tale, on: str = "2022-06-21") -> Tale:
    return told.given(DRUG, on)


def decided(told: Tale) -> tuple[list[Finding], Abstract]:
    abstract = abstract_told(told.told())
    return [each for each in abstract.findings if each.rule == "ILD-ACT"], abstract


def said(told: Tale) -> tuple[str, str]:
    """The verdict with its flag's severity, and the statement."""
    found, abstract = decided(told)
    if not found:
        return "", ""
    flags = [str(flag.severity) for flag in abstract.flags if flag.code == "ILD-ACT"]
    return f"{found[0].verdict} {' '.join(flags)}".strip(), found[0].statement
