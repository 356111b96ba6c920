#!/usr/bin/env bash
# Writes requirements/deploy.txt: the newest versions that pyproject.toml allows, for every Python
# and every system. Needs uv. KEEP=1 keeps the versions that the file has, as far as possible.
set -euo pipefail
cd "$(dirname "$0")/.."

upgrade=(--upgrade)
if [ -n "${KEEP:-}" ]; then
    upgrade=()
fi
pins=$(mktemp)
trap 'rm -f "$pins"' EXIT
cp requirements/deploy.txt "$pins"
"${UV:-uv}" pip compile pyproject.toml --quiet --all-extras --universal --python-version 3.11 \
    --generate-hashes --no-header "${upgrade[@]}" --output-file "$pins" > /dev/null
{
    cat << 'END'
# Exact versions and hashes of everything that Transcript Bridge needs, with all its extras, on
# Python 3.11 and newer. Made by requirements/renew.sh; docs/deploying.md says how to use it.
END
    grep -v '^#' "$pins"
} > requirements/deploy.txt
