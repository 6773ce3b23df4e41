"""The ways into an archive from another: a dump, record by record; a whole archive; a backup."""

from icma_crawler.imports.dump import import_dump
from icma_crawler.imports.manifest import Manifest, parse_manifest
from icma_crawler.imports.restore import Restored, restore
from icma_crawler.imports.tally import Imported
from icma_crawler.imports.whole_archives import import_archive, is_archive

__all__ = [
    "Imported",
    "Manifest",
    "Restored",
    "import_archive",
    "import_dump",
    "is_archive",
    "parse_manifest",
    "restore",
]
