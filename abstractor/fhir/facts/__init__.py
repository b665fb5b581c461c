"""Typed FHIR elements to clinical facts, one file a family; `translate` is the door."""

from abstractor.fhir.facts.translate import Facts, Traced, translate

__all__ = ["Facts", "Traced", "translate"]
