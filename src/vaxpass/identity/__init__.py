"""Identity: is the person of a record the person the population database knows under that number?

In come received dose versions; out go answers, one row each, and a record that may be signed or must be mended.
The system works here, and nobody by hand: foreigners are exempt, and no answer is never a no.
"""
