"""People, classes and the audit log in the admin."""

from accounts.admin import classes, events, people

__all__ = ["classes", "events", "people"]
