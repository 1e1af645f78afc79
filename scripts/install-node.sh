#!/usr/bin/env bash
# Installs another Node version from the npm package of that name, and prints where its binary is.
set -euo pipefail
cd "$(dirname "$0")/.."
directory=.cache/node-$1
mkdir -p "$directory"
[ -f "$directory/package.json" ] || echo '{ "private": true }' > "$directory/package.json"
npm install --silent --no-audit --no-fund --prefix "$directory" "node@$1" >&2
echo "$PWD/$directory/node_modules/node/bin/node"
