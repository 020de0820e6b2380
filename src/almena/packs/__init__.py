"""The content as tables that people can read and correct, and the one loader that checks them."""

from almena.packs.loader import (
    load_cards,
    load_elements,
    load_grades,
    load_roles,
    load_use_rules,
)
from almena.packs.table import read_table

__all__ = ["load_cards", "load_elements", "load_grades", "load_roles", "load_use_rules", "read_table"]
