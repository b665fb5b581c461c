"""Codes of the code systems that clinics send, and the compiled value sets that give them a meaning.

A value set maps (system, code) to concepts of ours ("distant-metastasis", "lvef") and drug codes or names
to agents. The most specific drug code wins, because RxNorm files antibody-drug conjugates under plain
trastuzumab: rolling up to the ingredient would turn T-DM1 and T-DXd into trastuzumab. The tables
themselves are data under `guidelines/`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = [
    "NAMES_OF_UNLISTED",
    "SYSTEMS",
    "AgentMatch",
    "Coding",
    "DrugMeaning",
    "StatusRules",
    "ValueSets",
    "canonical",
    "tokens_of",
]

SYSTEMS: Mapping[str, str] = MappingProxyType(
    {
        "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
        "hcpcs": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        "icd10cm": "http://hl7.org/fhir/sid/icd-10-cm",
        "loinc": "http://loinc.org",
        "snomed": "http://snomed.info/sct",
        "cpt": "http://www.ama-assn.org/go/cpt",
        "ndc": "http://hl7.org/fhir/sid/ndc",
        "act-code": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    }
)

# The system of our tables for what the name of a record may mean whose code none of them has.
NAMES_OF_UNLISTED = "words:unlisted"

# What real endpoints send for the same system (knowledge base, codes section 1, trap 15).
_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "https://www.cms.gov/medicare/coding/hcpcsreleasecodesets": SYSTEMS["hcpcs"],
        "http://www.nlm.nih.gov/research/umls/hcpcs": SYSTEMS["hcpcs"],
        "urn:oid:2.16.840.1.113883.6.285": SYSTEMS["hcpcs"],
        "urn:oid:2.16.840.1.113883.6.88": SYSTEMS["rxnorm"],
        "urn:oid:2.16.840.1.113883.6.90": SYSTEMS["icd10cm"],
        # Plain ICD-10 categories read the same for the neoplasms used here (C50, C77-C79).
        "http://hl7.org/fhir/sid/icd-10": SYSTEMS["icd10cm"],
        "urn:oid:2.16.840.1.113883.6.3": SYSTEMS["icd10cm"],
        "urn:oid:2.16.840.1.113883.6.1": SYSTEMS["loinc"],
        "urn:oid:2.16.840.1.113883.6.96": SYSTEMS["snomed"],
        "urn:oid:2.16.840.1.113883.6.12": SYSTEMS["cpt"],
        **{uri.lower(): uri for uri in SYSTEMS.values()},
    }
)


@dataclass(frozen=True, slots=True)
class Coding:
    """One code in its system, both canonical; `display` is what the source called it."""

    system: str
    code: str
    display: str | None = None


def canonical(system: str | None, code: str) -> tuple[str, str]:
    """The system's canonical URI and the code as our tables write it (ICD-10-CM with its dot, HCPCS in
    capitals)."""
    plain = (system or "").strip().rstrip("/")
    known = _ALIASES.get(plain.lower(), plain)
    text = code.strip()
    if known == SYSTEMS["icd10cm"]:
        text = text.upper().replace(".", "")
        text = text if len(text) <= 3 else f"{text[:3]}.{text[3:]}"
    elif known in (SYSTEMS["hcpcs"], SYSTEMS["cpt"]):
        text = text.upper()
    return known, text


# The rank of an abbreviation that names drugs only where no other drug is named ("AC" is also before meals).
STANDS_ALONE = 0
# The rank of an ingredient; a code of it may have been rolled up from something more specific.
INGREDIENT = 1


@dataclass(frozen=True, slots=True)
class DrugMeaning:
    """What a drug code or name stands for; `rank` is how specific it is (a product outranks an
    ingredient)."""

    agents: tuple[str, ...]
    rank: int


@dataclass(frozen=True, slots=True)
class AgentMatch:
    """The agents of one medication, or why none could be told: `unmapped` or `conflict`."""

    agents: tuple[str, ...]
    reason: str | None = None
    # Where code and text disagree, every agent that one of them names; where a text was not read to its
    # end, those that it names and what is made of them.
    may_be: tuple[str, ...] = ()


_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# "600 mg-600 mg-20,000 unit": after a strength a hyphen parts one ingredient from the next.
_AFTER_A_STRENGTH = re.compile(r"(\d\s*(?:mg|mcg|gram|g|ml|units?|unt))-")
# Between two products, never between a drug and its brand: "trastuzumab 440 mg; Kadcyla 100 mg".
_BETWEEN_PRODUCTS = re.compile(r"[;,+\n]|/(?=\s*[a-z]{4})|\b(?:and|or|vs|versus|plus)\b")


def tokens_of(text: str) -> tuple[str, ...]:
    """A drug text as lower-case words; hyphenated names stay one word, strengths are split off."""
    plain = _AFTER_A_STRENGTH.sub(r"\1 ", _THOUSANDS.sub("", text.lower()))
    return tuple(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", plain))


@dataclass(frozen=True, slots=True)
class StatusRules:
    """(resource type, element, value) -> treatment: count, context, exclude, ...
    (`fhir_status_rules.csv`)."""

    rules: Mapping[tuple[str, str, str], str] = field(default_factory=dict)

    def treatment(self, resource: str, element: str, value: str | None) -> str:
        """The treatment of that status; an absent or unlisted one is `context`: seen, not relied on."""
        key = value if value is not None else "(absent)"
        found = self.rules.get((resource, element, key)) or self.rules.get(("*", element, key))
        return found if found is not None else "context"

    def knows(self, resource: str, element: str, value: str) -> bool:
        """Is that a status that FHIR has there? An element without any rule is not judged."""
        listed = {(resource, element, value), ("*", element, value)}
        return not listed.isdisjoint(self.rules) or (resource, element) not in {key[:2] for key in self.rules}


@dataclass(frozen=True, slots=True)
class ValueSets:
    """The compiled tables; `digest` ("sha256:...") names exactly this content.

    `concepts`: (system, code) -> concept ids, sorted. `drugs`: (system, code) -> meaning. `names`: a
    name's words -> meaning. `ignorable`: words, or two together, that say nothing about which drug it is
    ("mg", "test dose"; "#" is any number: "c#d#"); any other word left over beside a known name makes the
    text unmapped, so that an unknown conjugate of trastuzumab never reads as it. `systems`: systems for
    which a table is loaded.
    """

    concepts: Mapping[tuple[str, str], tuple[str, ...]]
    drugs: Mapping[tuple[str, str], DrugMeaning]
    names: Mapping[tuple[str, ...], DrugMeaning]
    ignorable: frozenset[str]
    statuses: StatusRules
    systems: frozenset[str]
    digest: str
    _longest: int = field(init=False, repr=False, compare=False, default=0)
    _made_of: Mapping[str, frozenset[str]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "_longest", max((len(name) for name in self.names), default=0))
        agents = {a for m in (*self.drugs.values(), *self.names.values()) for a in m.agents}
        # An agent of several words with another's name in its own is made of it: a conjugate of its antibody.
        made = {a: frozenset(b for b in agents if b != a and b in a) for a in agents if " " in a}
        object.__setattr__(self, "_made_of", {a: others for a, others in made.items() if others})

    def concepts_of(self, codings: Iterable[Coding]) -> tuple[str, ...]:
        """All concepts that the codes stand for, sorted."""
        return tuple(
            sorted({c for coding in codings for c in self.concepts.get((coding.system, coding.code), ())})
        )

    def agents_of(self, codings: Iterable[Coding], texts: Iterable[str]) -> AgentMatch:
        """The agents of one medication by its codes, its displays and its text: the most specific wins.

        Two different answers of the same rank are a conflict, never a choice. So is a text that could not be
        read to its end and names something more specific than the winner: a conjugate's brand beside the
        ingredient's code never reads as the ingredient. Nor does an ingredient of which conjugates are made,
        by its code alone, beside a text with a word that is not known: it could be one of them. Nor is there
        a choice where what is less specific names another drug: pertuzumab's code beside "Herceptin".
        """
        held = list(codings)
        found = [self.drugs[key] for c in held if (key := (c.system, c.code)) in self.drugs]
        readings = [self._read(text) for text in (*texts, *(c.display for c in held if c.display))]
        found += [reading.meaning for reading in readings if reading.meaning is not None and reading.whole]
        top = max((meaning.rank for meaning in found), default=STANDS_ALONE)
        best = {meaning.agents for meaning in found if meaning.rank == top}
        hinted = {r.meaning.agents for r in readings if r.meaning is not None and r.meaning.rank > top}
        rivals = {
            agent for r in readings if r.meaning is not None and r.meaning.rank >= top for agent in r.rivals
        }
        if not found and not rivals:
            named = {r.meaning.agents for r in readings if r.meaning is not None}
            may = {agent for agents in named for agent in agents} | set(self._rolled_up(named))
            return AgentMatch((), "unmapped", tuple(sorted(may)))
        rolled = self._rolled_up(best) if top <= INGREDIENT and not all(r.whole for r in readings) else ()
        less = {m.agents for m in found if STANDS_ALONE < m.rank < top}
        less |= {
            r.meaning.agents for r in readings if r.meaning and not r.whole and self._is_made_of(r, best)
        }
        others = {said for said in less if any(self._differ(said, agents) for agents in best)}
        if len(best) > 1 or rivals or hinted - best or rolled or others:
            told = {agent for agents in (*best, *hinted, *others) for agent in agents}
            return AgentMatch((), "conflict", tuple(sorted({*told, *rivals, *rolled})))
        return AgentMatch(best.pop())

    def named_beside(self, text: str, agents: Sequence[str]) -> tuple[tuple[str, ...], bool]:
        """The agents that a text names, where one of them is none of these drugs, and whether it was read
        to its end or names a brand: then it is not a longer name of a drug that is not known."""
        reading = self._read(text)
        said = reading.meaning.agents if reading.meaning is not None else ()
        beside = any(not self.is_of(one, agents) for one in said)
        sure = reading.meaning is not None and (reading.whole or reading.meaning.rank > INGREDIENT)
        return (said, sure) if beside else ((), False)

    def is_of(self, one: str, agents: Iterable[str]) -> bool:
        """Is it one of these, a part of one (the antibody of a conjugate), or one as it is dosed or made
        soluble ("denosumab 60 mg", "fosaprepitant")? A conjugate is not its antibody."""
        return any(one in agent or (agent in one and not self._is_conjugate(one, agent)) for agent in agents)

    def _is_conjugate(self, one: str, agent: str) -> bool:
        amount = one.removeprefix(f"{agent} ")[:1].isdigit()
        return agent in self._made_of.get(one, ()) and not amount

    def _is_made_of(self, reading: "_Reading", best: Iterable[tuple[str, ...]]) -> bool:
        """Does it name a conjugate of one of them?"""
        named = reading.meaning.agents if reading.meaning is not None else ()
        plain = {agent for agents in best for agent in agents}
        return any(self._is_conjugate(one, agent) for one in named for agent in plain)

    def _differ(self, said: Sequence[str], agents: Sequence[str]) -> bool:
        """Does each name a drug that the other does not? A regimen is named beside one of its drugs."""
        return not set(agents) <= set(said) and not all(self.is_of(one, agents) for one in said)

    def _rolled_up(self, best: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
        """What an ingredient's code may stand for besides, where a text beside it was not read to its end."""
        plain = {agent for agents in best for agent in agents}
        return tuple(sorted(conjugate for conjugate, parts in self._made_of.items() if parts & plain))

    def _read(self, text: str) -> "_Reading":
        """Read a free text: it is whole where every word belongs to a known name or is ignorable."""
        found, whole = self._names_in(text)
        if not found:
            return _Reading(None, whole)
        rank = max(meaning.rank for meaning in found)
        if len(found) > 1 and any(meaning.rank == STANDS_ALONE for meaning in found):
            whole = False
        named = {agent for meaning in found for agent in meaning.agents}
        rivals = self._rivals(text, found)
        # "trastuzumab (Kadcyla)" names one drug: the ingredient, and then what is made of it.
        parts = frozenset().union(*(self._made_of.get(a, frozenset()) for a in named))
        agents = tuple(sorted(named - parts))
        return _Reading(DrugMeaning(agents, rank), whole and not rivals, rivals)

    def _names_in(self, text: str) -> tuple[list[DrugMeaning], bool]:
        """What the names in it mean, and whether nothing else stands beside them."""
        words = tokens_of(text)
        found: list[DrugMeaning] = []
        whole = True
        at = 0
        while at < len(words):
            size = self._name_at(words, at)
            if size:
                found.append(self.names[words[at : at + size]])
            else:
                size = self._saying_nothing(words, at)
                whole = whole and size > 0
            at += size or 1
        return found, whole

    def _rivals(self, text: str, found: list[DrugMeaning]) -> tuple[str, ...]:
        """Two products that are never one drug: two conjugates of one antibody, or, each by itself or by its
        own brand, an antibody and its conjugate. Which of them is meant, no text says."""
        named = {agent for meaning in found for agent in meaning.agents}
        by_brand = {agent for meaning in found if meaning.rank > INGREDIENT for agent in meaning.agents}
        made = {agent: self._made_of[agent] for agent in named if agent in self._made_of}
        pairs = [(a, b) for a in made for b in made if a < b and made[a] & made[b]]
        pairs += [
            (whole, part)
            for whole, parts in made.items()
            for part in parts & named
            if part in by_brand or self._stand_apart(text, whole, part)
        ]
        return tuple(sorted({agent for pair in pairs for agent in pair}))

    def _stand_apart(self, text: str, whole: str, part: str) -> bool:
        """Does a piece of the text name the part without what is made of it?"""
        for piece in _BETWEEN_PRODUCTS.split(text.lower()):
            named = {agent for meaning in self._names_in(piece)[0] for agent in meaning.agents}
            if part in named and whole not in named:
                return True
        return False

    def _name_at(self, words: tuple[str, ...], at: int) -> int:
        """How many words the longest name has that starts there; 0 where none does."""
        sizes = range(min(self._longest, len(words) - at), 0, -1)
        return next((size for size in sizes if words[at : at + size] in self.names), 0)

    def _saying_nothing(self, words: tuple[str, ...], at: int) -> int:
        """How many words there are to ignore together; 0 where the word may change the drug."""
        if " ".join(words[at : at + 2]) in self.ignorable:
            return min(2, len(words) - at)
        return int(
            all(self._is_ignorable(part) for part in words[at].split("-")) or words[at] in self.ignorable
        )

    def _is_ignorable(self, word: str) -> bool:
        """A word to ignore, a number, or a number written onto its unit ("75mg") or into it ("c2d1")."""
        rest = word.lstrip("0123456789")
        return not rest or not {word, rest, re.sub(r"\d+", "#", word)}.isdisjoint(self.ignorable)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a text names, whether all of it could be read, and the products in it that are never one drug."""

    meaning: DrugMeaning | None
    whole: bool
    rivals: tuple[str, ...] = ()
