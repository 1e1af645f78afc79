"""Finds near duplicates with rensa, the fastest Python package for it that was found: reads rows from stdin."""

import json
import sys
import time

from rensa import RMinHash, RMinHashLSH

THRESHOLD = float(sys.argv[1])
rows = [json.loads(line) for line in sys.stdin]
began = time.process_time()
index = RMinHashLSH(threshold=THRESHOLD, num_perm=128, num_bands=16)
signatures = []
gone = []
for number, row in enumerate(rows):
    words = []
    for message in row["messages"]:
        words.append(message["role"])
        words.extend(message["content"].lower().split())
    signature = RMinHash(num_perm=128, seed=42)
    signature.update([" ".join(words[at : at + 3]) for at in range(len(words) - 2)])
    signatures.append(signature)
    if any(signature.jaccard(signatures[other]) >= THRESHOLD for other in index.query(signature)):
        gone.append(number)
    else:
        index.insert(number, signature)
print(json.dumps({"seconds": time.process_time() - began, "gone": gone}))
