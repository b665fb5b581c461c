"""What the inputs hold, told without reading them."""

from abstractor.fhir.bulk.beside import unread_beside
from abstractor.fhir.files import passed_over

__all__ = ["passed_over", "unread_beside"]
