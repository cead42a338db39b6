"""Addresses of the record, the passport and what is kept on the device."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.citizen import kept, passport, passport_mail, record, views, wallet

urlpatterns: list[URLPattern | URLResolver] = [
    path("record/", record.record, name="record"),
    path("looks/", record.looks, name="looks"),
    path("passport/", passport.passports, name="passport"),
    path("passport/fields/", views.fields, name="fields"),
    path("passport/<int:passport_id>/", passport.passport, name="passport_one"),
    path("passport/<int:passport_id>/passport.pdf", passport.passport_pdf, name="passport_pdf"),
    path("passport/<int:passport_id>/mail/", passport_mail.mail, name="passport_mail"),
    path("passport/<int:passport_id>/mail/code/", passport_mail.mail_code, name="passport_mail_code"),
    path("passport/<int:passport_id>/wallet/", wallet.google, name="passport_google"),
    path("passport/<int:passport_id>/passport.pkpass", wallet.apple, name="passport_wallet"),
    path("kept/", kept.home, name="kept"),
    path("kept/service-worker.js", kept.service_worker, name="kept_worker"),
    path("kept/app/<slug:version>/<path:path>", kept.app_file, name="kept_file"),
]
