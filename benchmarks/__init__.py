"""The peer benchmark: generated charts, one question, every peer's answer compared byte for byte."""
