class DatabaseToolError(Exception):
    """Says in a sentence, to whoever runs the server, what is wrong and what to do."""


class DamagedError(DatabaseToolError):
    """The database itself is broken, so no copy of it can be made."""
