#!/usr/bin/env bash
# Runs every test and says how many ran. Fails if one fails, and if none ran.
set -uo pipefail
# A crash prints its stack; it must not wait for a debugger.
export SWIFT_BACKTRACE=${SWIFT_BACKTRACE:-enable=yes,color=no,interactive=no}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift test --skip-build 2>&1 | tee "$log" | grep -vE '^(◇|↳|✔ Test |✔ Suite |\[[0-9]+/[0-9]+\])' || true
status=${PIPESTATUS[0]}
passed=$(grep -cE '^✔ Test .* passed after' "$log")
failed=$(grep -cE '^✘ Test ".* failed after' "$log")
[ "$failed" -eq 0 ] && [ "$status" -ne 0 ] && failed=1
echo
echo "$passed passed, $failed failed"
[ "$passed" -gt 0 ] || { echo "No test ran." >&2; exit 1; }
[ "$failed" -eq 0 ] && exit "$status"
exit 1
