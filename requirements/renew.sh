#!/usr/bin/env bash
# Writes requirements/deploy.txt and build.txt: the newest versions that pyproject.toml allows, for
# every Python and every system. Needs uv. KEEP=1 keeps the versions that the files have, as far as
# possible.
set -euo pipefail
cd "$(dirname "$0")/.."

upgrade=(--upgrade)
if [ -n "${KEEP:-}" ]; then
    upgrade=()
fi
pins=$(mktemp)
tools=$(mktemp)
trap 'rm -f "$pins" "$tools"' EXIT

# compile FILE PINS [FLAGS...]: PINS is read for KEEP=1, and written.
compile() {
    "${UV:-uv}" pip compile "$1" --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header "${upgrade[@]}" --output-file "$2" "${@:3}" > /dev/null
}

cp requirements/deploy.txt "$pins"
compile pyproject.toml "$pins" --all-extras
{
    cat << 'END'
# Exact versions and hashes of everything that Transcript Bridge needs, with all its extras, on
# Python 3.11 and newer. Made by requirements/renew.sh; docs/deploying.md says how to use it.
END
    grep -v '^#' "$pins"
} > requirements/deploy.txt

cp requirements/build.txt "$pins"
# hatchling builds this program, setuptools pysrt, which is published as source only.
printf 'hatchling>=1.25\nsetuptools>=61\n' > "$tools"
compile "$tools" "$pins" --no-annotate
{
    cat << 'END'
# Exact versions and hashes of what builds Transcript Bridge and pysrt. Made by requirements/renew.sh;
# docs/deploy/Dockerfile uses it.
END
    grep -v '^#' "$pins"
} > requirements/build.txt
