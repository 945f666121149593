#!/bin/sh
# Writes requirements/run.txt and requirements/dev.txt from setup.cfg: the newest versions that fit, for
# Python 3.11 and newer on every system, with the hashes of all published files.
set -eu
cd "$(dirname "$0")/.."
lock() {
    "${UV:-uv}" --quiet pip compile --universal --python-version 3.11 --upgrade --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
}
lock setup.cfg --extra postgres --extra parquet requirements/build.in \
    --output-file requirements/run.txt
lock setup.cfg --extra dev requirements/build.in --constraint requirements/run.txt \
    --output-file requirements/dev.txt
