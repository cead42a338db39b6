"""Adapters to the national population database: HTTP client, fake, simulator."""
