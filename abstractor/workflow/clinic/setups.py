"""A clinic's setup as it stands in the database, checked again when it is read."""

from abstractor.errors import OptionError, StoreError
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.setup_reading import setup_of_document
from abstractor.store.connection_values import KeptSetup

__all__ = ["setup_in"]


def setup_in(kept: KeptSetup) -> ClinicSetup:
    """`StoreError` where this version of the program cannot use it."""
    if kept.document is None:
        raise StoreError(f"the clinic {kept.name} was removed: `abstractor clinic add` brings it back")
    try:
        return setup_of_document(kept.document)
    except OptionError as unfit:
        words = str(unfit)
    raise StoreError(
        f"the stored setup of {kept.name} is of no use ({words}): give it again with `abstractor clinic add`"
    )
