"""Run by an environment that has the `anki` package: import packages into a new collection and export it again.

in_anki.py DIRECTORY: reads first.apkg and second.apkg there, writes old.apkg and new.apkg, prints counts as JSON.
"""

import json
import sys
from pathlib import Path

from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)

UPDATE_IF_NEWER = 0


def take_in(collection, path):
    options = ImportAnkiPackageOptions(update_notes=UPDATE_IF_NEWER, update_notetypes=UPDATE_IF_NEWER)
    log = collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options)).log
    return {name: len(getattr(log, name)) for name in ("new", "updated", "duplicate", "conflicting")}


def main(directory):
    collection = Collection(str(directory / "collection.anki2"))
    logs = [take_in(collection, directory / name) for name in ("first.apkg", "second.apkg")]
    counts = {"imports": logs, "notes": collection.note_count(), "cards": collection.card_count()}
    for name, legacy in (("old.apkg", True), ("new.apkg", False)):
        options = ExportAnkiPackageOptions(legacy=legacy)
        collection.export_anki_package(out_path=str(directory / name), options=options, limit=None)
    collection.close()
    print(json.dumps(counts))


main(Path(sys.argv[1]))
