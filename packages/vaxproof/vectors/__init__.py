"""Test vectors for verifiers: what makes them, and how a verifier runs them. The vectors themselves: README.md."""
