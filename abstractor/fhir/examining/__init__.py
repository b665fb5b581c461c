"""Examining a clinic's endpoint before anything of a patient is kept: what can be reached, asked and seen."""
