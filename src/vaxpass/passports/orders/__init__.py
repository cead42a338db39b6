"""Revocation orders: two officers end passports by person, number, facility, officer or batch.

In: a criterion and a reason. Out: false doses refused and their passports revoked, honest holders with a new passport.
One officer of the ministry collects, looks through and proposes; another decides; a job carries it out.
"""
