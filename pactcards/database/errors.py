class DatabaseToolError(Exception):
    """Says in a sentence, to whoever runs the server, what is wrong and what to do."""


class RefusedError(DatabaseToolError):
    """Asked for at the wrong time or place, which says nothing of the database or its backups."""


class DamagedError(DatabaseToolError):
    """The database itself is broken, so no copy of it can be made."""


class NoRoomError(DatabaseToolError):
    """The database may be as sound as ever."""

    def __init__(self, name: str, detail: object) -> None:
        super().__init__(f"The disk is full: there is no room for a copy of {name} ({detail}). Nothing was changed.")
