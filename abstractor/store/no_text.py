"""Text that is none: SQLite keeps bytes as text where it is told to, and its driver stops at them."""

from sqlalchemy.exc import DBAPIError

__all__ = ["is_no_text"]


def is_no_text(error: DBAPIError) -> bool:
    """Whether it is that, and nothing that may pass or that is wrong with the database."""
    return "decode to UTF-8" in str(error.orig)
