"""Texts of the OpenAPI document: in English there, translated where a page shows them."""


def msgid(text: str) -> str:
    """Mark a text that a page translates."""
    return text
