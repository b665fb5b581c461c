"""`abstractor guidelines`: the editions as a clinician reads them."""
