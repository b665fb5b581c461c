"""The answers of a locked review as a QuestionnaireResponse: codes alone, for the words of a reader stay."""

from collections.abc import Iterator

from abstractor.export.disclosing import Disclosure
from abstractor.export.resources.building import Plain, concept, meta, reference, system
from abstractor.export.resources.form import FORM_URL, KINDS
from abstractor.export.subjects import Rated, Reviewed, Subject

__all__ = ["reader_id", "reader_role", "response", "response_id"]


def reader_id(reviewed: Reviewed, disclosure: Disclosure) -> str:
    """A reader goes by a code, in identified exports too: those tell who patients are."""
    return f"{disclosure.code('reader', str(reviewed.reader))}-{reviewed.role}"


def reader_role(reviewed: Reviewed, disclosure: Disclosure) -> Plain:
    return {
        "resourceType": "PractitionerRole",
        "id": reader_id(reviewed, disclosure),
        "active": True,
        "code": [concept("reader-role", reviewed.role)],
    }


def response_id(subject: Subject, reviewed: Reviewed, disclosure: Disclosure) -> str:
    return f"{disclosure.study_id(subject.who)}-review-{reviewed.seat}"


def response(subject: Subject, reviewed: Reviewed, disclosure: Disclosure, *, version: str) -> Plain:
    """When it was locked is told where the export is identified."""
    authored = {"authored": reviewed.locked_at.isoformat()} if disclosure.identified else {}
    return {
        "resourceType": "QuestionnaireResponse",
        "id": response_id(subject, reviewed, disclosure),
        "meta": meta(identified=disclosure.identified),
        "questionnaire": f"{FORM_URL}|{version}",
        "status": "completed",
        "subject": reference("Patient", disclosure.study_id(subject.who)),
        **authored,
        "author": reference("PractitionerRole", reader_id(reviewed, disclosure)),
        "item": [_group(rated) for kind in KINDS for rated in reviewed.rated if rated.kind == kind],
    }


def _group(rated: Rated) -> Plain:
    return {"linkId": rated.kind, "item": list(_answers(rated))}


def _answers(rated: Rated) -> Iterator[Plain]:
    kind = rated.kind
    yield {"linkId": f"{kind}.item", "answer": [{"valueString": rated.item}]}
    yield {"linkId": f"{kind}.rule", "answer": [{"valueString": rated.rule}]}
    if rated.line is not None:
        told = f"{rated.line.setting} line {rated.line.number}"
        yield {"linkId": f"{kind}.line", "answer": [{"valueString": told}]}
    if rated.program is not None:
        yield _coded(f"{kind}.program", "verdict", rated.program)
    yield _coded(f"{kind}.answer", "answer", rated.answer)
    if rated.rating is not None:
        yield _coded(f"{kind}.verdict", "verdict", rated.rating)
    if rated.reasons and rated.answer != "agree":
        yield _coded(f"{kind}.reason", "reason", *rated.reasons)


def _coded(link: str, name: str, *codes: str) -> Plain:
    answers = [{"valueCoding": {"system": system(name), "code": code}} for code in codes]
    return {"linkId": link, "answer": answers}
