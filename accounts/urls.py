"""Addresses of pages about oneself, about a class and its students, and of the ways in."""

from django.urls import path, re_path

from accounts.views import (
    classes,
    code_login,
    email,
    join,
    log_in,
    me,
    privacy,
    provider,
    reset,
    second_factor,
    sign_up,
    students,
)

urlpatterns = [
    path("settings/", me.settings, name="settings"),
    path("settings/log-out-everywhere/", me.log_out_everywhere, name="log_out_everywhere"),
    path("reminders/stop/<str:token>/", me.reminder_stop, name="reminder_stop"),
    path("digests/stop/<str:token>/", me.digest_stop, name="digest_stop"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/school/", privacy.privacy_school, name="privacy_school"),
    path("privacy/export/", privacy.privacy_export, name="privacy_export"),
    # before allauth's own
    path("accounts/login/", log_in.LogIn.as_view(), name="account_login"),
    path("accounts/signup/", sign_up.SignUp.as_view(), name="account_signup"),
    path("accounts/3rdparty/signup/", provider.ProviderSignUp.as_view(), name="socialaccount_signup"),
    path("accounts/google/login/token/", provider.not_here),
    path("accounts/email/", email.Email.as_view(), name="account_email"),
    re_path(r"^accounts/confirm-email/(?P<key>[-:\w]+)/$", email.ConfirmEmail.as_view(), name="account_confirm_email"),
    path("accounts/password/reset/", reset.AskForReset.as_view(), name="account_reset_password"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        reset.Reset.as_view(),
        name="account_reset_password_from_key",
    ),
    path("accounts/2fa/authenticate/", second_factor.Authenticate.as_view(), name="mfa_authenticate"),
    path("accounts/2fa/reauthenticate/", second_factor.Reauthenticate.as_view(), name="mfa_reauthenticate"),
    path("accounts/2fa/totp/activate/", second_factor.ActivateTotp.as_view(), name="mfa_activate_totp"),
    path("accounts/2fa/totp/picture.svg", second_factor.totp_picture, name="totp_picture"),
    path("accounts/2fa/webauthn/add/", second_factor.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "accounts/2fa/webauthn/keys/<int:pk>/remove/", second_factor.RemovePasskey.as_view(), name="mfa_remove_webauthn"
    ),
    path("accounts/2fa/recovery-codes/", second_factor.recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/2fa/recovery-codes/download/", second_factor.recovery_codes, name="mfa_download_recovery_codes"),
    path(
        "accounts/2fa/recovery-codes/generate/",
        second_factor.RecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
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
