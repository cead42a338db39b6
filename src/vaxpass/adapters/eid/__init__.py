"""Adapters to providers of electronic identities: OpenID Connect, and a provider for trying out."""
