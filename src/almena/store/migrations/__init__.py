"""How the database changes from one version of Almena to the next."""
