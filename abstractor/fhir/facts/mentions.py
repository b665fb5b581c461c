"""HER2, ER, PR, pneumonitis and the ejection fraction outside of result codes: words of a note, a report or a
Condition, and tests of the gene; and care that a note or a report names.

Words are mentions, each with its sentence, so that nothing can take them for a result. A test of the gene or
of blood keeps a marker of its own: "her2-gene" is a sequencing result, "her2-serum" blood.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from abstractor.chart import Biomarker, Mention, Source, Standing, Unlisted
from abstractor.dates import DateInterval
from abstractor.fhir.elements.datatypes import Attachment
from abstractor.fhir.elements.records import Condition, DiagnosticReport, DocumentReference, Observation
from abstractor.fhir.facts.about import site_in_words, tissue_in_words
from abstractor.fhir.facts.care_in_text import care_in_text
from abstractor.fhir.facts.dated import first_date, started
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.standing import standing_of, status_of, weaker
from abstractor.fhir.facts.taken import specimen_of, takings_of, tissue_of, title_of
from abstractor.fhir.facts.unlisted import OPEN, clipped
from abstractor.fhir.facts.values import value_of
from abstractor.fhir.text import Read, Told, Unread, ejection_fractions, read_text, text_of

__all__ = ["document_mentions", "kind_of_mention", "report_mentions", "said_by_condition", "uncoded_marker"]

_HER2 = re.compile(
    r"\b(?:her-?\s?2|c-?erb-?b-?2|erb-?b-?2|human epidermal growth factor receptor(?: type)?[ -]*(?:2|ii\b))"
    r"(?![0-9])",
    re.IGNORECASE,
)
_GENE = re.compile(r"mutat|sequenc|\bngs\b|next[- ]generation|variant|genomic|copy number", re.IGNORECASE)
_SERUM = re.compile(r"\b(?:serum|plasma|blood)\b", re.IGNORECASE)
_GAIN = re.compile(r"amplif(?:ied|ication)|copy number (?:gain|increase)", re.IGNORECASE)
_NOT = re.compile(r"\b(?:no|not|without|absent|negative)\b", re.IGNORECASE)
_GENE_NAMES = frozenset({"erbb2", "hgnc:3430", "her2", "erbb2 gene"})
_WORDS = "her2-text"
_PASSED = (Standing.WITHDRAWN, Standing.AGAINST)


@lru_cache(maxsize=8192)
def kind_of_mention(words: str) -> str | None:
    """What the words of a code without a meaning name: a marker, "her2-text", or None where no HER2."""
    if not _HER2.search(words):
        return None
    if _SERUM.search(words):
        return "her2-serum"
    return "her2-gene" if _GENE.search(words) else _WORDS


def uncoded_marker(
    record: Record[Observation],
    desk: Desk,
    standing: Standing,
    dated: tuple[DateInterval | None, Source | None],
) -> tuple[Biomarker | Mention, ...]:
    """An Observation whose codes mean nothing here and whose words, or gene studied, are HER2."""
    result = record.resource
    words = desk.lexicon.meaning(result.code).words
    kind = kind_of_mention(words) if words else None
    parts = [site_in_words(p.value_codeable_concept) or p.value_string or "" for p in result.component or ()]
    if kind is None and any(_names_gene(part) for part in parts):
        kind = "her2-gene"
    if kind is None:
        return ()
    value = value_of(result)
    when, source = dated
    cited = record.cite("code", desk.lexicon.meaning(result.code).known)
    sources = (*((source,) if source else ()), *cited)
    if kind == _WORDS:
        stood = () if value is None else (record.source(value.path, value.stood or value.text),)
        said = f"{words}: {value.text}" if value is not None and value.text else words or ""
        return tuple(_in_words(said, (*sources, *stood), standing, when, tissue_in_words(result)))
    said = "; ".join(text for text in (words, value.text if value else None, *parts) if text)
    gained = kind == "her2-gene" and _GAIN.search(said) and not _NOT.search(said)
    marker = Biomarker(
        marker=kind,
        method="sequencing" if kind == "her2-gene" else "text",
        reading="amplified" if gained else None,
        text=said,
        number=None,
        when=when,
        standing=standing,
        sources=sources,
        tissue=tissue_in_words(result),
    )
    return (marker,)


def _names_gene(words: str) -> bool:
    return any(part.strip().lower() in _GENE_NAMES for part in words.split(";"))


def _in_words(
    said: str,
    sources: tuple[Source, ...],
    standing: Standing,
    when: DateInterval | None,
    tissue: str | None,
) -> Iterator[Mention]:
    """A result without a code, read as the sentence that its name and its value make."""
    told = read_text(said).told or (Told("her2", None, "stated", said, 0, len(said)),)
    for each in told:
        yield _mention(each, sources, standing, when, each.tissue or tissue)


def said_by_condition(
    record: Record[Condition], desk: Desk, standing: Standing, when: DateInterval | None
) -> Iterator[Mention]:
    """What the text of a Condition says of a finding that its code does not say."""
    condition = record.resource
    if condition.code is None or not condition.code.text:
        return
    meaning = desk.lexicon.meaning(condition.code)
    coded = any(concept.startswith("her2-") for concept in meaning.concepts)
    for mention in _mentions(record, desk, "code.text", condition.code.text, standing, when):
        if not (coded and mention.about == "her2"):
            yield mention


def report_mentions(record: Record[DiagnosticReport], desk: Desk) -> Iterator[Mention | Unlisted]:
    """The conclusion of a report, and the report itself where it is text."""
    report = record.resource
    standing = status_of(record, desk, report.status)
    if standing is None or not (report.conclusion or report.conclusion_code or report.presented_form):
        return
    when, _ = first_date(
        record,
        desk,
        ("effectiveDateTime", report.effective_date_time),
        started("effectivePeriod", report.effective_period),
        ("issued", report.issued),
    )
    coded = enumerate(report.conclusion_code or ())
    said = [("conclusion", report.conclusion)]
    said += [(f"conclusionCode[{at}].text", site_in_words(concept)) for at, concept in coded]
    said += _attached(record, desk, "presentedForm[{}].{}", report.presented_form or (), standing)
    tissue = _taken_from(report)
    for path, text in said:
        yield from _mentions(record, desk, path, text, standing, when, tissue)
        yield from _care(record, desk, path, text, standing, when)


def document_mentions(record: Record[DocumentReference], desk: Desk) -> Iterator[Mention | Unlisted]:
    """A note: its description and titles, and the note itself where its text came with it."""
    document = record.resource
    standing = status_of(record, desk, document.status)
    if standing is None:
        return
    signed = standing_of(record, desk, "docStatus", document.doc_status) if document.doc_status else standing
    if signed is None:
        return
    when, _ = first_date(record, desk, ("date", document.date))
    attachments = [content.attachment or Attachment() for content in document.content or ()]
    standing = weaker(standing, signed)
    said = [("description", document.description)]
    said += [(f"content[{at}].attachment.title", a.title) for at, a in enumerate(attachments)]
    said += _attached(record, desk, "content[{}].attachment.{}", attachments, standing)
    titles = [title_of(words) for _, words in said[: 1 + len(attachments)]]
    tissue = "; ".join(filter(None, titles)) or None
    for path, text in said:
        yield from _mentions(record, desk, path, text, standing, when, tissue)
        yield from _care(record, desk, path, text, standing, when)


def _taken_from(report: DiagnosticReport) -> str | None:
    """Its title where that says what was taken ("Liver biopsy"), and its specimens: what its words are of,
    unless they say so themselves."""
    specimens = [specimen_of(each.display) for each in report.specimen or ()]
    return "; ".join(filter(None, (title_of(site_in_words(report.code)), *specimens))) or None


def _attached(
    record: Record[DiagnosticReport] | Record[DocumentReference],
    desk: Desk,
    path: str,
    attachments: Iterable[Attachment],
    standing: Standing,
) -> Iterator[tuple[str, str]]:
    """The texts of the attachments; one that was not read is remarked, unless its record is taken back."""
    for at, attachment in enumerate(attachments):
        kind = record.source(path.format(at, "contentType"), attachment.content_type)
        match text_of(attachment.content_type, attachment.data) if attachment.data else None:
            case Read(text, doubt):
                if doubt is not None:
                    desk.remarks.partial.append((f"an attachment read with doubt: {doubt}", kind))
                yield path.format(at, "data"), text
            case Unread(reason) if standing not in _PASSED:
                desk.remarks.partial.append((f"an attachment whose text was not read: {reason}", kind))
            case None if attachment.url and standing not in _PASSED:
                held = record.source(path.format(at, "url"), attachment.url)
                reason = "it is held at another address"
                desk.remarks.partial.append((f"an attachment whose text was not read: {reason}", held))
            case _:
                pass


def _mentions(
    record: Record[Condition] | Record[DiagnosticReport] | Record[DocumentReference],
    desk: Desk,
    path: str,
    text: str | None,
    standing: Standing,
    when: DateInterval | None,
    tissue: str | None = None,
) -> Iterator[Mention]:
    said = text or ""
    reading = read_text(said)
    takings = takings_of(said) if reading.told else ()
    for told in (*reading.told, *ejection_fractions(said)):
        taken = tissue_of(told, said, takings, tissue)
        yield _mention(told, (record.source(path, told.quote),), standing, when, taken)
    if reading.more:
        said = "a text with more findings in words than are kept: the rest of it is left out"
        desk.remarks.partial.append((said, record.source(path, None)))


def _care(
    record: Record[DiagnosticReport] | Record[DocumentReference],
    desk: Desk,
    path: str,
    text: str | None,
    standing: Standing,
    when: DateInterval | None,
) -> Iterator[Unlisted]:
    """What the words name is left open; a record that is taken back names nothing."""
    for named in care_in_text(desk.lexicon, text or "") if standing in OPEN else ():
        sources = (record.source(path, named.quote),)
        yield Unlisted(
            record.type, named.concepts, clipped(named.quote), when, standing, sources, worded=True
        )


def _mention(
    told: Told,
    sources: tuple[Source, ...],
    standing: Standing,
    when: DateInterval | None,
    tissue: str | None,
) -> Mention:
    return Mention(
        about=told.about,
        reading=told.reading,
        assertion=told.assertion,
        quote=told.quote,
        start=told.start,
        end=told.end,
        when=when,
        standing=standing,
        sources=sources,
        tissue=tissue,
    )
