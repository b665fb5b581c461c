"""Pulling from a clinic: a round is begun (by hand or by schedule), carried to the workers, pulled chart by
chart or by bulk export, and ended.
"""
