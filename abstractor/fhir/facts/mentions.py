"""HER2 outside of HER2 result codes: words of a note, a report or a Condition, and tests of the gene.

They are kept as markers of their own, so that nothing can take them for a tissue result: "her2-text" is
words alone, "her2-gene" a sequencing result, "her2-serum" blood.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from abstractor.chart import Biomarker, Source, Standing
from abstractor.dates import DateInterval
from abstractor.fhir.elements.datatypes import Attachment
from abstractor.fhir.elements.records import Condition, DiagnosticReport, DocumentReference, Observation
from abstractor.fhir.facts.about import site_in_words, tissue_in_words
from abstractor.fhir.facts.dated import first_date, started
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.standing import standing_of, status_of, weaker
from abstractor.fhir.facts.values import value_of

__all__ = ["document_mentions", "kind_of_mention", "report_mentions", "said_by_condition", "uncoded_marker"]

Cite = Callable[[str, str | float | bool | None], Source]

_HER2 = re.compile(r"\b(?:her-?\s?2|c-?erb-?b-?2|erb-?b-?2)(?![0-9])", re.IGNORECASE)
_GENE = re.compile(r"mutat|sequenc|\bngs\b|next[- ]generation|variant|genomic|copy number", re.IGNORECASE)
_SERUM = re.compile(r"\b(?:serum|plasma|blood)\b", re.IGNORECASE)
_GAIN = re.compile(r"amplif(?:ied|ication)|copy number (?:gain|increase)", re.IGNORECASE)
_NOT = re.compile(r"\b(?:no|not|without|absent|negative)\b", re.IGNORECASE)
_GENE_NAMES = frozenset({"erbb2", "hgnc:3430", "her2", "erbb2 gene"})
_TEXTS = ("text/", "application/xml", "application/xhtml")
_LONGEST = 400_000  # characters of base64; a longer attachment is a scan, no note


@lru_cache(maxsize=8192)
def kind_of_mention(words: str) -> str | None:
    """Which marker the words of a code without a meaning name; None where they do not name HER2."""
    if not _HER2.search(words):
        return None
    if _SERUM.search(words):
        return "her2-serum"
    return "her2-gene" if _GENE.search(words) else "her2-text"


def uncoded_marker(
    record: Record[Observation],
    desk: Desk,
    standing: Standing,
    dated: tuple[DateInterval | None, Source | None],
) -> Biomarker | None:
    """An Observation whose codes mean nothing here and whose words, or gene studied, are HER2."""
    result = record.resource
    words = desk.lexicon.meaning(result.code).words
    kind = kind_of_mention(words) if words else None
    parts = [site_in_words(p.value_codeable_concept) or p.value_string or "" for p in result.component or ()]
    if kind is None and any(_names_gene(part) for part in parts):
        kind = "her2-gene"
    if kind is None:
        return None
    value = value_of(result)
    said = "; ".join(text for text in (words, value.text if value else None, *parts) if text)
    gained = kind == "her2-gene" and _GAIN.search(said) and not _NOT.search(said)
    when, source = dated
    cited = record.cite("code", desk.lexicon.meaning(result.code).known)
    return Biomarker(
        marker=kind,
        method="sequencing" if kind == "her2-gene" else "text",
        reading="amplified" if gained else None,
        text=said,
        number=None,
        when=when,
        standing=standing,
        sources=(*((source,) if source else ()), *cited),
        tissue=tissue_in_words(result),
    )


def _names_gene(words: str) -> bool:
    return any(part.strip().lower() in _GENE_NAMES for part in words.split(";"))


def said_by_condition(
    record: Record[Condition], desk: Desk, standing: Standing, when: DateInterval | None
) -> Iterator[Biomarker]:
    """HER2 in the text of a Condition whose code does not say it."""
    condition = record.resource
    meaning = desk.lexicon.meaning(condition.code)
    if any(concept.startswith("her2-") for concept in meaning.concepts):
        return
    said = [("code.text", condition.code.text)] if condition.code is not None else []
    yield from _mentions(record.source, said, standing, when)


def report_mentions(record: Record[DiagnosticReport], desk: Desk) -> Iterator[Biomarker]:
    """HER2 in the conclusion of a report, or in the report itself where it is text."""
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
    said += _attached("presentedForm[{}].data", report.presented_form or ())
    yield from _mentions(record.source, said, standing, when)


def document_mentions(record: Record[DocumentReference], desk: Desk) -> Iterator[Biomarker]:
    """HER2 in a note: its description, or the note itself where its text came with it."""
    document = record.resource
    standing = status_of(record, desk, document.status)
    if standing is None:
        return
    signed = standing_of(record, desk, "docStatus", document.doc_status) if document.doc_status else standing
    if signed is None:
        return
    when, _ = first_date(record, desk, ("date", document.date))
    attachments = [content.attachment or Attachment() for content in document.content or ()]
    said = [("description", document.description)]
    said += [(f"content[{at}].attachment.title", a.title) for at, a in enumerate(attachments)]
    said += _attached("content[{}].attachment.data", attachments)
    yield from _mentions(record.source, said, weaker(standing, signed), when)


def _attached(path: str, attachments: Iterable[Attachment]) -> list[tuple[str, str | None]]:
    return [(path.format(at), _decoded(attachment)) for at, attachment in enumerate(attachments)]


def _decoded(attachment: Attachment) -> str | None:
    """The text of an attachment; None where it is no text, is too long, or is not what it says."""
    kind = (attachment.content_type or "text/plain").lower()
    if not attachment.data or not kind.startswith(_TEXTS) or len(attachment.data) > _LONGEST:
        return None
    try:
        return base64.b64decode(attachment.data, validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return None


def _mentions(
    cite: Cite, said: Iterable[tuple[str, str | None]], standing: Standing, when: DateInterval | None
) -> Iterator[Biomarker]:
    for path, text in said:
        if text and _HER2.search(text):
            stood = None if path.endswith("data") else text
            source = cite(path, stood)
            yield Biomarker("her2-text", "text", None, None, None, when, standing, (source,))
