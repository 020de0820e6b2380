"""Let ``python -m almena`` do what the command ``almena`` does."""

from almena.cli.main import run

if __name__ == "__main__":
    run()
