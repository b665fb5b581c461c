"""Typed FHIR elements to clinical facts, one file a family; `translate.translate` is the door."""
