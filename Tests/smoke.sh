#!/usr/bin/env bash
# Starts the release build's sandbox on a free port, asks whether it is ready, runs one group of scenarios, stops it.
set -euo pipefail
cd "$(dirname "$0")/.."
guide=$(mktemp)
.build/release/tiyin sandbox --port 0 >"$guide" 2>&1 &
sandbox=$!
trap 'kill "$sandbox" 2>/dev/null || true; rm -f "$guide"' EXIT
for _ in $(seq 1 100); do
    grep -q "Stop with Ctrl-C" "$guide" && break
    sleep 0.1
done
base=$(grep -o 'http://127.0.0.1:[0-9]*' "$guide" | head -n 1)
key=$(grep -o "sandbox-payme-[a-z0-9]*" "$guide" | head -n 1)
merchant=$(grep -o "sandbox-merchant-[a-z0-9]*" "$guide" | head -n 1)
curl -sf "$base/ready" >/dev/null
.build/release/tiyin conform payme --url "$base/payments/payme/webhook" --key "$key" --merchant-key "$merchant" \
    --amount 500000 --only sandbox-1,sandbox-2 2>/dev/null | grep "scenarios:"
echo "the release build serves and conforms"
