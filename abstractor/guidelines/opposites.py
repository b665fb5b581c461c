"""Concepts of which a record has only one: a code that has both would speak for and against one thing."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from abstractor.errors import KnowledgeError
from abstractor.guidelines.tables import CodeRow

__all__ = ["opposite_meanings", "opposites"]

# Of each family ("answer:...") a record says one.
_ONE_OF = frozenset({"answer", "intent", "severity"})
_HISTORY = "history-of-"
_APART: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "hormone-receptor-negative-status": frozenset({"er-positive-status", "pr-positive-status"}),
        "breast-carcinoma-in-situ": frozenset({"breast-cancer"}),
        "ambiguous-metastasis": frozenset({"distant-metastasis", "history-of-metastasis"}),
        "ambiguous-nodal-metastasis": frozenset({"distant-metastasis", "distant-nodal-metastasis"}),
        "history-of-metastasis": frozenset({"distant-metastasis"}),
    }
)


def opposites(one: str, other: str) -> bool:
    if one == other:
        return False
    family, colon, _ = one.partition(":")
    if colon and family in _ONE_OF and other.startswith(f"{family}:"):
        return True
    return _against(one, other) or _against(other, one)


def _against(one: str, other: str) -> bool:
    turned = one.replace("positive", "negative")
    return (turned != one and turned == other) or one == _HISTORY + other or other in _APART.get(one, ())


def opposite_meanings(rows: Sequence[CodeRow]) -> Iterator[KnowledgeError]:
    """A code may have several concepts (a bone metastasis is a distant one); some do not go together."""
    seen: dict[tuple[str, str], list[CodeRow]] = {}
    for row in rows:
        if row.rank is not None:
            continue
        held = seen.setdefault((row.system, row.code), [])
        for other in held:
            if opposites(other.meanings[0], row.meanings[0]):
                wrong = f"one code with two meanings ({other.place.entry}: {other.meanings[0]})"
                yield row.place.refusal(wrong, "keep the line that is right")
                break
        held.append(row)
