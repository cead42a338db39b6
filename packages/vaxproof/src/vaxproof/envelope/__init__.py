"""HC1 text ⇄ claims, one file per step, both directions: prefix, base45, deflate, cose, cwt (over cbor)."""
