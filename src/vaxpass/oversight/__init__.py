"""Oversight: how far everybody is, and what waits too long.

In: what every station has written. Out: counts and ages, never a person.
Here work: provinces, the ministry, heads of facilities; they change nothing here.
"""
