"""Intake: doses come in, by file or by form.

In: a facility's spreadsheet or one typed row. Out: accepted doses in the records, refused rows with their reasons.
Here work facility clerks, and commune officers who mend what the population database did not confirm.
"""
