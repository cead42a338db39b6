"""Campaigns: what a dispatch orders, whom it addresses, by when, and which functions it opens or closes.

In: directives of the ministry and the provinces. Out: steps with deadlines, openings by date, who acknowledged.
Here work: officers who direct, and the units that they address.
"""
