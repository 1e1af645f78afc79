#!/usr/bin/env bash
# Runs the test suite against the built package on another Node version: scripts/check-node.sh 22
set -euo pipefail
cd "$(dirname "$0")/.."
node=$(bash scripts/install-node.sh "$1")
echo "Node $("$node" --version), the built package:"
PATH="$(dirname "$node"):$PATH" TEST_BUILT=1 "$node" node_modules/vitest/vitest.mjs run --mode all --reporter=dot --reporter=./scripts/slowest-files.ts
