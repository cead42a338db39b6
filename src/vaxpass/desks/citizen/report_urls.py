"""Addresses of reporting an error and following the report."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.citizen import receipt, report, report_photos, report_place, report_send

urlpatterns: list[URLPattern | URLResolver] = [
    path("report/", report.who, name="report"),
    path("report/what/", report.what, name="report_what"),
    path("report/right/", report.right, name="report_right"),
    path("report/where/", report_place.where, name="report_where"),
    path("report/photos/", report_photos.photos, name="report_photos"),
    path("report/photos/<int:place>/", report_photos.photo, name="report_photo"),
    path("report/check/", report_send.check, name="report_check"),
    path("report/code/", report_send.code, name="report_code"),
    path("report/give-up/", report.give_up, name="report_give_up"),
    path("report/follow/", receipt.receipt, name="receipt"),
    path("report/follow/answer/", receipt.answer, name="receipt_answer"),
    path("report/follow/objection/", receipt.objection, name="receipt_objection"),
    path("report/follow/withdraw/", receipt.withdrawal, name="receipt_withdraw"),
]
