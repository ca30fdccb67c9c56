"""Why a package cannot be read."""


class PackageError(Exception):
    """A file that is no Anki package, or one that is refused; its text is one sentence for the teacher."""
