"""Inspections: samples drawn at random or by risk, what was found, by when it must be mended, and whether it was.

In: what every station wrote, and the risks that show in it. Out: inspections, findings, follow-up.
Here work: the ministry's inspectors and the provinces; they change no record.
"""
