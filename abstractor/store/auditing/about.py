"""To what row the sealed words of a reader belong: bound into the seal."""

__all__ = ["of_review_step", "of_seat_event"]


def of_review_step(review_id: int, number: int) -> bytes:
    return f"review_step/{review_id}/{number}".encode()


def of_seat_event(seat_id: int) -> bytes:
    return f"seat_event/{seat_id}".encode()
