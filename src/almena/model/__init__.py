"""The vocabulary of the house: what the rooms say to each other, with no input or output."""
