"""What `inclusion-sensitive` says: which definition, gap and break inclusion hangs on (section 3.6)."""

import pytest

from abstractor.abstract import Abstract, Flag
from fixtures.stories import HP, TDM1, Tale, tale
from tests.asking import abstract_story, abstract_told


def flag_of(abstract: Abstract, code: str = "inclusion-sensitive") -> Flag:
    (found,) = [flag for flag in abstract.flags if flag.code == code]
    return found


def test_v12_names_the_gaps_the_break_and_the_lines() -> None:
    abstract = abstract_story("v12")
    flag = flag_of(abstract)
    assert flag.statement == (
        "Inclusion depends on a convention: excluded by definition A and a gap of 180 days; "
        "included by a gap of 90 or 120 days; palliative line 1: 135 days without treatment, from 2021-04-05 "
        "to 2021-08-18; by a gap of 90 or 120 days another line starts there; "
        "palliative lines: 2 by 90 days, 2 by 120 days, 1 by 180 days."
    )
    assert {"2021-04-05", "2021-08-18"} <= {str(e.value)[:10] for e in flag.evidence}
    assert abstract.flagged and flag.severity == "review"


@pytest.mark.parametrize(
    ("story", "says"),
    [
        ("v08", "excluded by definition A and a gap of 180 days; included by definition C."),
        ("v41", "excluded by definition A and a gap of 180 days; included by definition B."),
    ],
)
def test_a_definition_alone(story: str, says: str) -> None:
    assert flag_of(abstract_story(story)).statement == f"Inclusion depends on a convention: {says}"


def paused() -> Tale:
    return (
        tale("q")
        .her2_positive_mbc("2019-01-10", "liver")
        .visit("2022-05-05")
        .thp("2019-02-01", through="2020-03-30")
        .course(HP, "2020-08-03", through="2021-01-18")
    )


def test_gaps_that_disagree_on_lines_and_not_on_inclusion_are_told_with_the_break() -> None:
    abstract = abstract_told(paused().course(TDM1, "2021-03-01", cycles=4).told())
    assert abstract.inclusion.verdict == "included" and not abstract.inclusion.sensitive
    assert not [flag for flag in abstract.flags if flag.code == "inclusion-sensitive"]
    assert flag_of(abstract, "treatment-break").statement.endswith(
        "by a gap of 90 or 120 days another line starts there."
    )


def test_a_partial_date_is_named_beside_the_gaps() -> None:
    told = paused().metastasis("bone", "2020-01").order("letrozole", "2022")
    statement = flag_of(abstract_told(told.told())).statement
    assert "included by definition B" in statement and "included by a gap of 90 or 120 days" in statement
    assert "palliative line 2 started between 2022-01-01 and 2022-12-31" in statement


def test_what_no_convention_changes_is_not_sensitive() -> None:
    abstract = abstract_story("v01")
    assert not [flag for flag in abstract.flags if flag.code == "inclusion-sensitive"]


@pytest.mark.parametrize(
    ("story", "counts"),
    [
        ("v07", "4 lines of therapy (2 curative + 2 palliative)"),
        ("v02", "1 line of therapy (0 curative + 1 palliative)"),
    ],
)
def test_the_criterion_counts_all_lines(story: str, counts: str) -> None:
    lines = abstract_story(story).inclusion.criteria[1]
    assert lines.criterion == "her2-lines" and lines.statement.startswith(f"{counts}; ")
