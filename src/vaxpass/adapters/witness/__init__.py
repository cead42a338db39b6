"""Witnesses of the log: over the line (http), or in this process for tests (local)."""
