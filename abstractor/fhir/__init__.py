"""All that knows FHIR: asking the clinic, reading records, records to charts, quarantine and completeness."""
