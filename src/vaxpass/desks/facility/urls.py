"""Addresses of this desk."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.facility import (
    corrections,
    entry,
    home,
    intake,
    mending,
    passports,
    records,
    signing,
    signing_batches,
)

app_name = "facility"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("uploads/", intake.uploads, name="uploads"),
    path("uploads/new", intake.upload_new, name="upload_new"),
    path("uploads/<uuid:upload_id>/", intake.upload, name="upload"),
    path("uploads/<uuid:upload_id>/columns", intake.upload_map, name="upload_map"),
    path("uploads/<uuid:upload_id>/confirm", intake.upload_confirm, name="upload_confirm"),
    path("uploads/<uuid:upload_id>/discard", intake.upload_discard, name="upload_discard"),
    path("uploads/<uuid:upload_id>/refused.xlsx", intake.upload_refused, name="upload_refused"),
    path("doses/new", entry.entry, name="entry"),
    path("records/", records.records, name="records"),
    path("records/to-mend.xlsx", mending.mending_list, name="mending_list"),
    path("records/<int:version_id>/", records.record, name="record"),
    path("records/<int:version_id>/mend", mending.mend, name="mend"),
    path("records/<int:version_id>/withdraw", mending.withdraw, name="withdraw"),
    path("records/<int:version_id>/correction", corrections.correction_ask, name="correction_ask"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/<int:report_id>/", corrections.correction, name="correction"),
    path("corrections/<int:report_id>/accept", corrections.correction_accept, name="correction_accept"),
    path("corrections/<int:report_id>/refuse", corrections.correction_refuse, name="correction_refuse"),
    path("passports/", passports.passport_list, name="passports"),
    path("passports/<int:passport_id>/", passports.passport, name="passport"),
    path("passports/<int:passport_id>/passport.pdf", passports.passport_pdf, name="passport_pdf"),
    path("sign/", signing.ready, name="ready"),
    path("sign/<int:facility_id>/prepare", signing.prepare, name="prepare_batch"),
    path("sign/held-back/", signing.held_back, name="held_back"),
    path("sign/held-back/<int:version_id>/let-through", signing.let_through, name="let_through"),
    path("batches/", signing_batches.batch_list, name="batches"),
    path("batches/<int:batch_id>/", signing_batches.batch, name="batch"),
    path("batches/<int:batch_id>/check", signing_batches.check, name="check_batch"),
    path("batches/<int:batch_id>/sample/<int:version_id>/", signing_batches.sampled, name="sampled"),
    path("batches/<int:batch_id>/more", signing_batches.draw_more, name="draw_more"),
    path("batches/<int:batch_id>/drop", signing_batches.abandon, name="abandon_batch"),
    path("batches/<int:batch_id>/sign", signing_batches.sign, name="sign_batch"),
    path("batches/<int:batch_id>/proof.json", signing_batches.batch_proof, name="batch_proof"),
    path("records/<int:version_id>/proof.json", signing_batches.dose_proof, name="dose_proof"),
]
