#!/bin/sh
# Makes the virtual environment $1 with $PYTHON, or with the first Python on the PATH that is new enough.
set -eu
folder=$1
enough='import sys, venv, ensurepip; raise SystemExit(sys.version_info < (3, 11))'

if "$folder/bin/python" -c "$enough" 2>/dev/null && "$folder/bin/python" -m pip --version >/dev/null 2>&1
then
    exit 0
fi
for python in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3
do
    if "$python" -c "$enough" >/dev/null 2>&1
    then
        echo "Making $folder with $("$python" --version) ..."
        exec "$python" -m venv --clear "$folder"
    fi
done
echo "Learn needs Python 3.11 or newer with its venv module; \"${PYTHON:-python3}\" is not that." >&2
echo "Debian and Ubuntu: apt-get install python3-venv.  Another Python: make PYTHON=/path/to/python3.12 run" >&2
exit 1
