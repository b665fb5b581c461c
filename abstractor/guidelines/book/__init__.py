"""The book: editions, measures and policies as pages that a clinician reads, compares and signs, each with
its worked cases and what they give today.

Not imported with the room: an abstract needs no page.
"""

from abstractor.guidelines.book.comparing import Difference, compare, predecessor
from abstractor.guidelines.book.making import Book, open_book
from abstractor.guidelines.book.printing import print_book
from abstractor.guidelines.book.rendering import rendered, styles, title_of
from abstractor.guidelines.book.wording import difference_in_words

__all__ = [
    "Book",
    "Difference",
    "compare",
    "difference_in_words",
    "open_book",
    "predecessor",
    "print_book",
    "rendered",
    "styles",
    "title_of",
]
