"""Addresses of help, known problems and the state of the system."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.support import articles, asking, known, reading, status

urlpatterns: list[URLPattern | URLResolver] = [
    path("status/", status.status, name="status"),
    path("help/", reading.find, name="help"),
    path("help/new/", articles.new, name="article_new"),
    path("help/from/<int:difficulty_id>/", articles.grow, name="article_grow"),
    path("help/all/", articles.articles, name="articles"),
    path("help/<int:article_id>/", reading.article, name="article"),
    path("help/<int:article_id>/helped", reading.helped, name="helped"),
    path("help/<int:article_id>/edit", articles.edit, name="article_edit"),
    path("help/<int:article_id>/publish", articles.publish, name="article_publish"),
    path("help/<int:article_id>/retire", articles.retire, name="article_retire"),
    path("problems/", known.problem_list, name="problems"),
    path("problems/new/", known.problem_new, name="problem_new"),
    path("problems/<int:problem_id>/", known.problem, name="problem"),
    path("problems/<int:problem_id>/me-too", asking.me_too, name="me_too"),
]
