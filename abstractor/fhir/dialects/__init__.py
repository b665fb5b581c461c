"""What sets one vendor's FHIR endpoint apart from another's, as files of facts, each with its source."""
