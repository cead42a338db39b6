"""Addresses of these pages at the desk where the officer is."""

from django.http import HttpRequest
from django.urls import reverse


def address(request: HttpRequest, name: str, *arguments: int | str) -> str:
    """Give the address of a page of the desk whose page this is."""
    match = request.resolver_match
    return reverse(f"{match.app_name}:{name}" if match else name, args=arguments)
