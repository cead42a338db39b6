"""Addresses of figures and times."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.oversight import causes, compare, days, late, progress, public, times

urlpatterns: list[URLPattern | URLResolver] = [
    path("", progress.overview, name="home"),
    path("units/", compare.units, name="units"),
    path("causes/", causes.causes, name="causes"),
    path("days/", days.days, name="days"),
    path("late/", late.late, name="late"),
    path("times/", times.times, name="times"),
    path("public/", public.public, name="public"),
]
