"""Addresses of pages about oneself."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("reminders/stop/<str:token>/", views.reminder_stop, name="reminder_stop"),
]
