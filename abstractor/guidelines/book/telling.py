"""A worked case in words: what a reader needs to see whether the expected verdict is right."""

from collections.abc import Iterator
from datetime import date

from abstractor.guidelines.book.cases import Course, Fact, Story

__all__ = ["facts_in_words"]


def facts_in_words(story: Story) -> tuple[str, ...]:
    """Each fact with its day, the earliest first; the HER2 result stands before them all."""
    dated = sorted(_dated(story), key=lambda each: each[0])
    first = f"HER2 IHC {story.her2}" + (
        f", hormone receptors {story.receptors}" if story.receptors is not None else ""
    )
    unseen = f"not seen whole: {', '.join(story.unseen)}" if story.unseen else ""
    return tuple(each for each in (first, *(f"{on}: {said}" for on, said in dated), unseen) if each)


def _dated(story: Story) -> Iterator[tuple[date, str]]:
    if story.adjuvant is not None:
        yield story.adjuvant.start, _course("adjuvant", story.adjuvant)
    if story.metastatic is not None:
        yield story.metastatic, "liver metastasis"
    for number, line in enumerate(story.lines, start=1):
        yield line.start, _course(f"line {number}", line)
    if story.adds is not None:
        yield story.adds.start, _course("added as maintenance", story.adds)
    single = {
        "brain metastasis": story.brain,
        "local therapy of the brain metastasis": story.brain_treated,
        "lung disease": story.lung,
        "heart failure": story.heart,
        "disease stable": story.stable,
    }
    yield from ((on, said) for said, on in single.items() if on is not None)
    if story.lvef is not None:
        yield story.lvef.on, f"ejection fraction {story.lvef.value:g} %"
    if story.ecog is not None:
        yield story.ecog.on, f"ECOG {story.ecog.value:g}"
    if story.refused is not None:
        yield story.refused.on, f"{story.refused.drug} refused"
    yield from ((fact.on, _fact(fact)) for fact in story.facts)


def _course(what: str, course: Course) -> str:
    until = f", to {course.until}" if course.until is not None else ""
    return f"{what}: {', '.join(course.drugs)}{until}"


def _fact(fact: Fact) -> str:
    """ "diagnosis: pneumonitis, severe"; "result: lvef 55 %"; "order: denosumab, not done (refusal)"."""
    value = f" {fact.value:g} {fact.unit or ''}".rstrip() if fact.value is not None else ""
    answer = f" {fact.answer}" if fact.answer else ""
    tissue = f", of {fact.tissue}" if fact.tissue else ""
    severity = f", {fact.severity}" if fact.severity else ""
    until = f", over on {fact.until}" if fact.until is not None else ""
    urgent = ", urgent" if fact.urgent else ""
    against = ", not done or denied" if fact.against else ""
    why = f" ({fact.why})" if fact.why else ""
    grade = f", grade {fact.grade} in its words" if fact.grade is not None else ""
    quote = f", “{fact.quote}”" if fact.quote else ""
    what = f"{fact.kind}: {fact.means}" if fact.means else str(fact.kind)
    return f"{what}{value}{answer}{tissue}{severity}{grade}{until}{urgent}{against}{why}{quote}"
