"""What leaves as FHIR R4B: one file a kind of resource. Nothing is written that was not validated."""
