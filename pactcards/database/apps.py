from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    name = "pactcards.database"

    def ready(self) -> None:
        from pactcards.database import checks  # noqa: F401 (it registers itself)
