"""Addresses of difficulties."""

from django.urls import URLPattern, URLResolver, path

from vaxpass.desks.support import asking, difficulty, queue, record

urlpatterns: list[URLPattern | URLResolver] = [
    path("", queue.queue, name="queue"),
    path("new/", asking.new, name="new"),
    path("mine/", asking.mine, name="mine"),
    path("levels/", queue.service_levels, name="levels"),
    path("<int:difficulty_id>/", difficulty.difficulty, name="difficulty"),
    path("<int:difficulty_id>/decide", difficulty.decide, name="decide"),
    path("<int:difficulty_id>/follow", difficulty.follow, name="follow"),
    path("<int:difficulty_id>/numbers", difficulty.numbers, name="numbers"),
    path("<int:difficulty_id>/record/", record.record, name="record"),
]
