"""Offices: who takes part.

In: administrative units, offices, officers, their roles and the signing delegations of provinces.
Out: who may do what, and for which facilities; the log of acts.
Here work: system administrators and provincial officers.
"""
