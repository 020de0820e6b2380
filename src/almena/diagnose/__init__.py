"""The cause graph over a city's registers, the questions it answers, and what in them cannot be true; pure."""
