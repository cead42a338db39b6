"""The verifier desk: faces, no rules."""
