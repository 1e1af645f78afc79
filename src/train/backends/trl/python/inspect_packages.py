"""Prints what of Python is there, as one line of JSON."""
import json, sys
from importlib.metadata import PackageNotFoundError, version
found = {}
for name in ("trl", "transformers", "torch", "datasets", "accelerate", "peft"):
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        found[name] = None
print(json.dumps({"python": sys.version.split()[0], "packages": found}))
