"""Results out of the program: tables, REDCap, FHIR; and auditors' labels into it."""
