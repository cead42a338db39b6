"""Corrections: somebody says that a record is wrong, and somebody else decides.

In: requests by officers with what is right. Out: a new version that walks the way again, a withdrawn one, or a no.
Here work: clerks and commune officers, who ask; signers and heads of facilities, who decide.
"""
