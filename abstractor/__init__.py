"""Chart abstraction from a clinic's FHIR endpoint, for oncology quality improvement."""

__version__ = "0.1.0"
