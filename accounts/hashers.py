"""Argon2 at OWASP's size: with Django's default of 100 MiB a class that logs in together needs 2.5 GB."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class SchoolArgon2PasswordHasher(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1
