"""vaxproof."""
