#!/usr/bin/env bash
# Runs every test and says how many ran. Fails if one fails, if the run crashes or hangs, and if none ran.
set -uo pipefail
# A crash prints its stack; it must not wait for a debugger.
export SWIFT_BACKTRACE=${SWIFT_BACKTRACE:-enable=yes,color=no,interactive=no}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0
failed=0
ending=0

# run NAME ARGUMENTS… : one process of tests, counted.
run() {
    local name=$1 status
    shift
    local patience=()
    # Longer than any run takes; a run that hangs is ended and counts as failed.
    command -v timeout >/dev/null 2>&1 && patience=(timeout "${TIYIN_TEST_SECONDS:-3600}")
    echo "Tests: $name"
    # Six tests at a time: some wait for clocks and sockets, and must not wait for hundreds of others as well.
    "${patience[@]}" swift test --skip-build --experimental-maximum-parallelization-width 6 "$@" >"$log" 2>&1
    status=$?
    grep -vE '^(◇|↳|✔ Test "|✔ Suite |\[[0-9]+/[0-9]+\]|Test Suite|[[:space:]]*Executed 0 tests)' "$log"
    # The sum that the run itself gives: a line of one test may be torn by what another prints.
    local total red
    total=$(sed -nE 's/^[^ ]* Test run with ([0-9]+) tests? .* (passed|failed) after .*/\1/p' "$log" | tail -1)
    red=$(grep -cE '^✘ Test ".* failed after' "$log")
    if [ "$status" -ne 0 ] || ! grep -qE '^✔ Test run with [1-9][0-9]* tests? .* passed' "$log"; then
        [ "$red" -gt 0 ] || red=1
        ending=1
        echo "The run of $name ended with status $status." >&2
    fi
    failed=$((failed + red))
    [ "${total:-0}" -lt "$red" ] || passed=$((passed + ${total:-0} - red))
}

# The engine's tests put a faulty disk under every database of their process, so they have one of their own.
run "the SQLite engine" --filter '^SQLiteEngineTests\.'
run "everything else" --skip '^SQLiteEngineTests\.'
echo
echo "$passed passed, $failed failed"
exit "$ending"
