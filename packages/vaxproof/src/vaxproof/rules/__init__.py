"""Validity rules: what a country asks of a passport, in CertLogic. A second answer beside the proof's verdict."""
