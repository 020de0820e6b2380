"""The street door: kits, the files they name, and snapshots of their bytes."""
