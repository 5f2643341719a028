#!/bin/sh
# Prints a Python from 3.11 to 3.13 that can make a virtual environment, or says in one sentence what is missing.
# PYTHON=… names one; a shim that exists but does not run is passed over.
fits='import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
    if "$candidate" -c "$fits" >/dev/null 2>&1; then
        command -v "$candidate"
        exit 0
    fi
done

if [ -n "$PYTHON" ]; then
    echo "PYTHON=$PYTHON is not a Python from 3.11 to 3.13 with its venv module." >&2
else
    echo "Suyuan needs Python 3.11, 3.12 or 3.13 with its venv module; none was found. Install one, or name it: make PYTHON=/path/to/python3.12 …" >&2
fi
exit 1
