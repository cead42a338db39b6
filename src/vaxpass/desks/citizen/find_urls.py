"""Addresses of finding the record: details, code, VNeID, leaving. No name, number or code ever stands in one."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.citizen import demo_inbox, find, find_eid

urlpatterns: list[URLPattern | URLResolver] = [
    path("find/", find.find, name="find"),
    path("find/code/", find.find_code, name="find_code"),
    path("find/code/again/", find.find_code_again, name="find_code_again"),
    path("find/eid/", find_eid.eid, name="eid"),
    path("find/eid/back/", find_eid.eid_back, name="eid_back"),
    path("demo-inbox/", demo_inbox.demo_inbox, name="demo_inbox"),
    path("leave/", find.leave, name="leave"),
]
