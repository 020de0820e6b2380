"""A city in the formats of other people's tools; what goes where is decided in tables of the pack."""
