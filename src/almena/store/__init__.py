"""One city is one folder: its database, its settings, its raw files and the trail of who said what."""
