#!/usr/bin/env bash
# Runs the test suite against the built package on another Node version: scripts/check-node.sh 22
# Node comes from the npm package of that name. The newest peers that need Node 22 are used there.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$1
directory=.cache/node-$version
mkdir -p "$directory"
[ -f "$directory/package.json" ] || echo '{ "private": true }' > "$directory/package.json"
npm install --silent --no-audit --no-fund --prefix "$directory" "node@$version"
node="$PWD/$directory/node_modules/node/bin/node"
echo "Node $("$node" --version), the built package:"
PATH="$(dirname "$node"):$PATH" TEST_BUILT=1 "$node" node_modules/vitest/vitest.mjs run --reporter=dot
