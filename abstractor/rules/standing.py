"""Whether a record can be relied on by its status alone."""

from abstractor.chart import Standing

__all__ = ["stands"]


def stands(standing: Standing) -> bool:
    """Confirmed, final, or of absent status (which is flagged)."""
    return standing in (Standing.COUNTS, Standing.ASSUMED)
