"""Rows of oversight: the figures of the last tally. Its actions are the only writers."""
