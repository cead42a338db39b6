"""Passports for the wallets of phones: signed in our name with the certificates that their makers hand out."""
