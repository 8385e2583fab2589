#!/usr/bin/env bash
# Runs every test and says how many ran. Fails if one fails, if the run crashes or hangs, and if none ran.
set -uo pipefail
# A crash prints its stack; it must not wait for a debugger.
export SWIFT_BACKTRACE=${SWIFT_BACKTRACE:-enable=yes,color=no,interactive=no}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
patience=()
# Longer than any run takes; a run that hangs is ended and counts as failed.
command -v timeout >/dev/null 2>&1 && patience=(timeout "${TIYIN_TEST_SECONDS:-3600}")
"${patience[@]}" swift test --skip-build >"$log" 2>&1
status=$?
grep -vE '^(◇|↳|✔ Test "|✔ Suite |\[[0-9]+/[0-9]+\])' "$log"
passed=$(grep -cE '^✔ Test ".* passed after' "$log")
failed=$(grep -cE '^✘ Test ".* failed after' "$log")
if [ "$status" -ne 0 ] || ! grep -qE '^✔ Test run with [0-9]+ tests .* passed' "$log"; then
    [ "$failed" -gt 0 ] || failed=1
    [ "$status" -ne 0 ] || status=1
    echo "The test run ended with status $status." >&2
fi
echo
echo "$passed passed, $failed failed"
exit "$status"
