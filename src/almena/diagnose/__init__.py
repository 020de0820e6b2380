"""From what a city says of itself to what it should look at first: graphs, rules and rankings; no files."""
