#!/usr/bin/env bash
# Everything that guards the package beside its tests. The same on every machine.
set -euo pipefail
cd "$(dirname "$0")/.."
run() { printf '\n> %s\n' "$*"; "$@"; }
run npx prettier --check . --log-level warn
run npx tsc --noEmit
run npx eslint .
run npx knip --no-progress
run npx depcruise src --config .dependency-cruiser.cjs
run npx tsx scripts/write-subpaths.ts --check
run npm run build
run npm run test:long
run npx publint --strict
run npx attw --pack . --profile node16 --format ascii
run npx tsx scripts/check-examples.ts
run npx tsx scripts/check-docs.ts
run npm run docs
run npx tsx scripts/run-examples.ts
run npx tsx --import ./scripts/python-as-text.mjs scripts/run-recipes.ts
run npx tsx scripts/check-packed.ts
run npx tsx scripts/check-bundlers.ts
run bash scripts/check-node.sh 22
run bash scripts/check-node.sh 24
