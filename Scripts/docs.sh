#!/usr/bin/env bash
# DocC pages of every library target, one archive each, in .build/docs. Warnings are shown and counted, not fatal: a
# symbol link into another module cannot be resolved when each module is built alone.
set -euo pipefail
cd "$(dirname "$0")/.."

targets=(
    Payments StrictJSON Specification JSONRPC Storage SQLiteEngine Payme Click Pix YooKassa Pledg QRImages Mailer Delivery
    Server Conformance Sandbox
)
out=.build/docs
log=$(mktemp)
trap 'rm -f "$log"' EXIT

mkdir -p "$out"
for target in "${targets[@]}"; do
    echo "== $target"
    rm -rf "${out:?}/$target"
    swift package --allow-writing-to-directory "$out" \
        generate-documentation --target "$target" --output-path "$out/$target" 2>&1 | tee -a "$log"
done

echo
echo "$(grep -c 'warning:' "$log" || true) warnings. Read the articles, for example with Python:"
echo "  python3 -m http.server --directory $out/Server, then http://127.0.0.1:8000/documentation/server/"
