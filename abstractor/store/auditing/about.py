"""To what row of an audit sealed bytes belong: bound into the seal."""

__all__ = ["of_case_shift", "of_review_step", "of_seat_event"]


def of_case_shift(patient_id: int) -> bytes:
    return f"case_shift/{patient_id}".encode()


def of_review_step(review_id: int, number: int) -> bytes:
    return f"review_step/{review_id}/{number}".encode()


def of_seat_event(seat_id: int) -> bytes:
    return f"seat_event/{seat_id}".encode()
