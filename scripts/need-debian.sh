#!/bin/sh
# Install the Debian packages that the tests need: a PostgreSQL server, a browser that draws the report, and an office
# program that opens the documents and workbooks.
set -eu
missing=""
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
ls /usr/lib/libreoffice/program/libswlo.so >/dev/null 2>&1 || missing="$missing libreoffice-writer-nogui"
ls /usr/lib/libreoffice/program/libsclo.so >/dev/null 2>&1 || missing="$missing libreoffice-calc-nogui"
[ -z "$missing" ] && exit 0
line="apt-get update && apt-get install --yes --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
    run="sh -c"
elif sudo -n true 2>/dev/null; then
    run="sudo -n sh -c"
else
    echo "The tests need Debian packages that are not installed. Run this line, then make test again:" >&2
    echo "  sudo sh -c '$line'" >&2
    exit 2
fi
echo "Installing for the tests:$missing" >&2
DEBIAN_FRONTEND=noninteractive $run "$line" >/dev/null || {
    echo "The packages could not be installed with: $line" >&2
    exit 2
}
