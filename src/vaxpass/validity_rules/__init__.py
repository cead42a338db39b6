"""Validity rules: what a country asks of a passport, by purpose, as CertLogic.

In: rule files of others, an officer's edit. Out: the rules in force at a time. Here work: one officer of the ministry
who proposes, another who approves.
"""
