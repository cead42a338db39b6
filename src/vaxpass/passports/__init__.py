"""Passports: what a citizen carries, and the log that knows of every one.

In: signed bytes of an approved run, and word that a counted dose was replaced. Out: passports and log leaves.
Here works: nobody; the ministry's run issues, a correction revokes.
"""
