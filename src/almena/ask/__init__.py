"""Ask the city for what no open file says, and read what it answers: the same questions on every kind of form."""
