"""The transparency log: what was issued and revoked, append-only, provable (RFC 6962)."""
