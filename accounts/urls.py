"""Addresses of pages about oneself, about a class and its students, and of the ways in."""

from django.urls import path

from accounts.views import code_login, me

urlpatterns = [
    path("settings/", me.settings, name="settings"),
    path("reminders/stop/<str:token>/", me.reminder_stop, name="reminder_stop"),
    # the ways in; short, because it is typed from a printed card
    path("code/", code_login.code_login, name="code_login"),
]
