"""Texts of the OpenAPI document and of lists of files: in English there, translated where a page shows them."""


def msgid(text: str) -> str:
    """Mark a text that a page translates."""
    return text
