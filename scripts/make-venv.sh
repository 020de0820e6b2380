#!/bin/sh
# Make the virtual environment, or make it anew when it is broken or was made with another Python.
set -eu
python="$1"
venv="$2"
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    found=$("$python" --version 2>&1 || echo "no program called $python")
    echo "Almena needs Python 3.11 or newer, found: $found" >&2
    echo "Install a newer Python, or name one: make demo PYTHON=python3.12" >&2
    exit 2
fi
want=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
have=$("$venv/bin/python" -c 'import sys, pip; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo none)
if [ "$want" != "$have" ]; then
    rm -rf "$venv"
    if ! "$python" -m venv "$venv"; then
        rm -rf "$venv"
        echo "The environment could not be made. On Debian: apt-get install python3-venv" >&2
        exit 2
    fi
fi
touch "$venv/.python"
