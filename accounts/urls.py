"""Addresses of pages about oneself, about a class and its students, and of the ways in."""

from django.urls import path

from accounts.views import classes, code_login, join, log_in, me, privacy, sign_up, students

urlpatterns = [
    path("settings/", me.settings, name="settings"),
    path("settings/log-out-everywhere/", me.log_out_everywhere, name="log_out_everywhere"),
    path("reminders/stop/<str:token>/", me.reminder_stop, name="reminder_stop"),
    path("privacy/export/", privacy.privacy_export, name="privacy_export"),
    # before allauth's own
    path("accounts/login/", log_in.LogIn.as_view(), name="account_login"),
    path("accounts/signup/", sign_up.SignUp.as_view(), name="account_signup"),
    # the ways in; short, because they are typed from a printed card or from the board
    path("join/", join.join, name="join"),
    path("code/", code_login.code_login, name="code_login"),
    # a class
    path("classes/<int:pk>/students/", students.class_students, name="class_students"),
    path("classes/<int:pk>/students/add/", students.students_add, name="students_add"),
    path("classes/<int:pk>/students/make/", students.students_make, name="students_make"),
    path("classes/<int:pk>/students/move/", classes.students_move, name="students_move"),
    path("classes/<int:pk>/students/remove/", classes.students_remove, name="students_remove"),
    path("classes/<int:pk>/students/excuse/", classes.students_excuse, name="students_excuse"),
    path("classes/<int:pk>/log-ins/", students.class_log_ins, name="class_log_ins"),
    path("classes/<int:pk>/code/", classes.class_code, name="class_code"),
    path("classes/<int:pk>/archive/", classes.class_archive, name="class_archive"),
]
