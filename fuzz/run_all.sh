#!/usr/bin/env bash
# Distributes RUNS inputs (default: a million) over all targets; stops at the first finding.
# MAX_LEN: the longest input in bytes (default: 4096). SECONDS_EACH: ends a target after so long.
set -euo pipefail
runs=${1:-1000000}
python=${PYTHON:-python3}
cd "$(dirname "$0")/.."
names=$("$python" -c 'from transcript_bridge import formats
print(*[format.name for format in formats.all_formats()])')
read -ra targets <<< "bytes $names labels repair join convert"
for target in "${targets[@]}"; do
    echo "== $target"
    "$python" fuzz/fuzz_readers.py "$target" \
        -atheris_runs=$((runs / ${#targets[@]} + 1)) -max_len="${MAX_LEN:-4096}" \
        -max_total_time="${SECONDS_EACH:-0}" -timeout=20 -rss_limit_mb=2048 2>&1 | tail -n 3
done
