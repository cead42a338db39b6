"""Facility signing: the facility answers for its doses.

In: dose versions whose identity was confirmed, or that are exempt.
Out: signed batches, and for every dose a proof that can be checked for ever.
Here work: signers of facilities and the central units that provinces name; never whoever entered the dose.
"""
