"""The book: editions, measures and policies as pages that a clinician reads, compares and signs, each with its
worked cases and what they give today.
"""
