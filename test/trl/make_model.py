"""Makes a tiny Qwen3 model with random weights, and its tokenizer and chat template, from nothing.

    python make_model.py rows.jsonl output-folder

About a million parameters: enough to learn one question kind on two CPU cores, and of no other use.
"""
import json
import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

rows_path, output = sys.argv[1:]
torch.manual_seed(7)

# The form of Qwen's own template, so that servers parse its calls.
TEMPLATE = """{%- if tools %}<|im_start|>system
{% if messages[0].role == 'system' %}{{ messages[0].content }}
{% endif %}<tools>
{% for tool in tools %}{{ tool | tojson }}
{% endfor %}</tools><|im_end|>
{% elif messages[0].role == 'system' %}<|im_start|>system
{{ messages[0].content }}<|im_end|>
{% endif %}
{%- for message in messages %}
{%- if message.role == 'assistant' %}<|im_start|>assistant
{% generation %}{{ message.content or '' }}{% for call in message.tool_calls or [] %}<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>{% endfor %}<|im_end|>{% endgeneration %}
{% elif message.role != 'system' %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""

specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<tool_call>", "</tool_call>"]
tokenizer = Tokenizer(models.BPE())
# Digits stay apart, or the model would have to learn each number on its own. What lies between them may become one
# token: the tool's definition, the same in each row, is then some tens of tokens instead of some hundreds, which
# are most of the time of a training on a CPU. Lines stay apart, since a generation prompt ends with one: no token
# may hold its end and the begin of the answer.
tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
    [
        pre_tokenizers.Split("\n", "isolated"),
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ]
)
tokenizer.decoder = decoders.ByteLevel()
trainer = trainers.BpeTrainer(
    vocab_size=1200, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
)


def with_template(tokenizer):
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<|endoftext|>", eos_token="<|im_end|>", pad_token="<|endoftext|>",
        chat_template=TEMPLATE,
    )


def rendered(row):
    messages = row["messages"] if "messages" in row else row["prompt"] + row["completion"]
    return with_template(tokenizer).apply_chat_template(messages, tools=json.loads(row["tools"]), tokenize=False)


with open(rows_path, encoding="utf-8") as file:
    rows = [json.loads(line) for line in file]
# The rows come kind after kind, and each kind has to be seen.
texts = [rendered(row) for row in rows[:: max(1, len(rows) // 300)]]
tokenizer.train_from_iterator(texts, trainer)
fast = with_template(tokenizer)
# The tool call's marks are text to the parser, not to be skipped when decoding.
fast.save_pretrained(output)

config = Qwen3Config(
    vocab_size=len(fast), hidden_size=128, intermediate_size=384, num_hidden_layers=3, num_attention_heads=4,
    num_key_value_heads=4, head_dim=32, max_position_embeddings=1024, tie_word_embeddings=True,
    eos_token_id=fast.eos_token_id, pad_token_id=fast.pad_token_id,
    # Near 1/sqrt(hidden_size). With the usual 0.02, made for widths of thousands, so narrow a model may never
    # learn to copy the numbers out of the question: measured, it stays at a loss of 0.16 or not by chance.
    initializer_range=0.07,
)
model = Qwen3ForCausalLM(config)
model.generation_config.max_new_tokens = 96
model.save_pretrained(output)
lengths = [len(fast(text)["input_ids"]) for text in texts]
print(json.dumps({"parameters": model.num_parameters(), "vocabulary": len(fast), "longest_row": max(lengths)}))
