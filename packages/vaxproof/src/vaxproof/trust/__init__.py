"""Whom to believe: signer certificates, trust lists, revocation lists."""
