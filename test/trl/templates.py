"""Renders rows by transformers: reads {templates, rows} as JSON from standard input, writes one JSON line for each pair."""

import json
import sys

import transformers
from transformers.utils import chat_template_utils as utils

given = json.load(sys.stdin)
version = int(transformers.__version__.split(".")[0])
# What apply_chat_template of version 5 does before it renders; version 4 renders what it is given.
normalise = getattr(utils, "_normalize_chat_messages", list)
# strftime_now takes the clock, which is stopped for both sides.
if given.get("now") is not None:
    from datetime import datetime

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.fromisoformat(given["now"])

    utils.datetime = Clock

for template in given["templates"]:
    text = template["text"]
    marked = "{% generation %}" in text or "{%- generation" in text or "{% generation" in text
    for row in given["rows"]:
        answer = {"template": template["name"], "row": row["name"]}
        try:
            rendered, spans = utils.render_jinja_template(
                conversations=[normalise(row["messages"])],
                tools=row.get("tools"),
                chat_template=text,
                add_generation_prompt=row.get("prompt", False),
                return_assistant_tokens_mask=marked,
                **given["tokens"],
                **row.get("variables", {}),
            )
            answer["text"] = rendered[0]
            if marked:
                answer["spans"] = spans[0]
        except Exception as error:
            answer["error"] = f"{type(error).__name__}: {error}"
        print(json.dumps(answer))
print(json.dumps({"transformers": transformers.__version__}))
