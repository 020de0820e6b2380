"""Any table, map, image, feed or document made the canonical content of a role."""

from almena.harmonise.found import FoundFile
from almena.harmonise.readers import ReaderWarning, list_readers
from almena.harmonise.reading import read_file, read_role, role_key

__all__ = ["FoundFile", "ReaderWarning", "list_readers", "read_file", "read_role", "role_key"]
