"""Phase 2: what only people in the city know, asked for and taken in as they have it."""
