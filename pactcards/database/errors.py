"""What goes wrong with a database as a whole, in words for whoever runs the server."""

import errno


class DatabaseToolError(Exception):
    """Says in a sentence, to whoever runs the server, what is wrong and what to do."""


class RefusedError(DatabaseToolError):
    """Asked for at the wrong time or place, which says nothing of the database or its backups."""


class DamagedError(DatabaseToolError):
    """The database itself is broken, so no copy of it can be made."""


NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class NoRoomError(DatabaseToolError):
    """The database may be as sound as ever."""

    def __init__(self, name: str, detail: object) -> None:
        super().__init__(f"The disk is full: there is no room for a copy of {name} ({detail}). Nothing was changed.")


class UnwritableError(DatabaseToolError):
    """Nor does this say anything of the database."""

    def __init__(self, name: str, detail: object, *, why: str = "") -> None:
        super().__init__(f"No copy of {name} can be written{why} ({detail}). Nothing was changed.")
