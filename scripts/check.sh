#!/usr/bin/env bash
# Everything that guards the package beside its tests. The same on every machine.
set -euo pipefail
cd "$(dirname "$0")/.."
run() { printf '\n\033[1m> %s\033[0m\n' "$*"; "$@"; }
run npm run --silent typecheck
run npm run --silent lint
run npm run --silent build
run npx publint --strict
run npx attw --pack . --profile node16
