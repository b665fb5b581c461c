"""The review form as one Questionnaire: a group for each kind of item, which repeats, item by item."""

from collections.abc import Iterable, Mapping

from abstractor.abstract import Verdict
from abstractor.export.resources.building import Plain, system

__all__ = ["FORM_ID", "FORM_URL", "KINDS", "questionnaire"]

FORM_ID = "chart-review"
FORM_URL = system("questionnaire:chart-review")
KINDS: Mapping[str, str] = {
    "criterion": "A criterion of inclusion",
    "line": "A line of therapy",
    "finding": "A finding",
    "missed": "A finding that the program missed",
}
_ANSWERS: Mapping[str, str] = {
    "agree": "Agree",
    "overrule": "Overrule",
    "cannot-tell": "Cannot tell",
    "own": "Own verdict, given before the program's was seen",
}
# Of a line that it is right or wrong; of what another reader added, that there is no such finding.
_VERDICTS = (*map(str, Verdict), "right", "wrong", "no-finding")


def questionnaire(*, version: str, reasons: Mapping[str, str], notice: str | None) -> Plain:
    """`reasons` are the codes that a reader may give, with their words."""
    told = {"description": notice[:1].upper() + notice[1:] + "."} if notice else {}
    return {
        "resourceType": "Questionnaire",
        "id": FORM_ID,
        "url": FORM_URL,
        "version": version,
        "name": "ChartReview",
        "title": "Review of a flagged chart",
        "status": "active",
        "subjectType": ["Patient"],
        **told,
        "item": [_group(kind, title, reasons) for kind, title in KINDS.items()],
    }


def _group(kind: str, title: str, reasons: Mapping[str, str]) -> Plain:
    return {
        "linkId": kind,
        "type": "group",
        "text": title,
        "repeats": True,
        "item": [
            _text(f"{kind}.item", "Which one, by its key"),
            _text(f"{kind}.rule", "The rule that it is about"),
            _text(f"{kind}.line", "The line of therapy that it is about, if it is about one", required=False),
            _choice(
                f"{kind}.program", "What the program says", _options("verdict", _VERDICTS), read_only=True
            ),
            _choice(
                f"{kind}.answer", "What the reader says of it", _options("answer", _ANSWERS), required=True
            ),
            _choice(f"{kind}.verdict", "What is right", _options("verdict", _VERDICTS)),
            {
                **_choice(f"{kind}.reason", "Why, or what is missing", _options("reason", reasons)),
                "repeats": True,
                "enableWhen": [
                    {
                        "question": f"{kind}.answer",
                        "operator": "!=",
                        "answerCoding": {"system": system("answer"), "code": "agree"},
                    }
                ],
            },
        ],
    }


def _text(link: str, text: str, *, required: bool = True) -> Plain:
    return {"linkId": link, "type": "string", "text": text, "required": required, "readOnly": True}


def _choice(
    link: str, text: str, options: list[Plain], *, required: bool = False, read_only: bool = False
) -> Plain:
    told = {"required": True} if required else {}
    held = {"readOnly": True} if read_only else {}
    return {"linkId": link, "type": "choice", "text": text, **told, **held, "answerOption": options}


def _options(name: str, codes: Iterable[str] | Mapping[str, str]) -> list[Plain]:
    words = codes if isinstance(codes, Mapping) else dict.fromkeys(codes)
    return [
        {
            "valueCoding": {"system": system(name), "code": code}
            | ({"display": display} if display is not None else {})
        }
        for code, display in words.items()
    ]
