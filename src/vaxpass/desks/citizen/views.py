"""The citizen's first page: the ways from here, and what the passport is; nothing here asks who reads it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vaxpass.desks._shared.doors import open_to_all
from vaxpass.desks.citizen.fields import FIELDS


@open_to_all
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the ways: find the record, the passport, report an error, follow a report, rights."""
    return render(request, "citizen/home.html")


@open_to_all
@require_GET
def fields(request: HttpRequest) -> HttpResponse:
    """Explain the passport and its eleven fields."""
    return render(request, "citizen/fields.html", {"fields": FIELDS})
