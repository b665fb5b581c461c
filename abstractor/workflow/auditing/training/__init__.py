"""Calibration: the same synthetic charts for every reader of an audit, beside answers that are known."""
