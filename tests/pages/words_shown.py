"""Every text that a page shows, for the test that none is left in English when another language is chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from fmnist.data.facts import CLASS_NAMES
from fmnist.language import LANGUAGES

SHOWN = {
    "label", "body", "help", "placeholder", "options", "caption", "alt", "text", "format", "name",
    "delta", "title", "icon_label", "message",
}  # fmt: skip
NO_WORDS = (
    r"<(script|style)\b.*?</\1>",  # code in the page
    r"<[^>]*?\balt=['\"](?P<alt>[^'\"]*)",
    r"<[^>]*>",
    r"`[^`]*`",
    r"\]\([^)]*\)",  # where a link leads
    r":material/\w+:|:[a-z-]+(?=\[)",
    r"\{[^}]*\}",
    r"https?://\S+",
    r"\b[\w-]+\.(?:keras|csv|npz|gz|txt|png|json|py|ipynb)\b",
    r"\b\d[\d.]*e[+-]?\d+",  # numbers
)
NAMES = {
    "percent", "nonetype",
    "fashion", "mnist", "keras", "tensorflow", "numpy", "python", "adam", "adamw", "rmsprop", "sgd", "relu",
    "tanh", "softmax", "sketch-ready", "cnn", "png", "jpeg", "webp", "sigmoid", "elu", "gelu", "pca",
    "github",
    "streamlit", "xla", "f1", "fmnist_data_dir", "fmnist_shared", "localhost", "zalando", "flatten", "dense",
    "dropout", "conv2d", "maxpooling2d", "batchnormalization", "globalaveragepooling2d", "esc",
    "enter", "savedmodel", "tflite", "litert", "epoch", "logits", "fashion-mnist", "grad-cam",
}  # fmt: skip


def untranslated(app: AppTest) -> list[str]:
    """The texts of a page in another language that hold an English word beside names and code."""
    return [text for text in dict.fromkeys(texts(app)) if english_words(text)]


def english_words(text: str) -> list[str]:
    """The English words of a text, without names, code and what is in the data set's own words."""
    text = re.sub(r"\\([^\w\s])", r"\1", text)  # as a reader sees what is escaped for Markdown
    for pattern in NO_WORDS:
        text = re.sub(pattern, lambda found: f" {found.groupdict().get('alt') or ''} ", text, flags=re.DOTALL)
    for name in (*CLASS_NAMES, *LANGUAGES.values()):
        text = text.replace(name, " ")
    words = re.findall(r"[A-Za-z][A-Za-z0-9_-]{2,}", text)
    return [word for word in words if word.lower() not in NAMES and "_" not in word]


def texts(app: AppTest) -> Iterator[str]:
    """All texts of a page: what is read, pointed at, or told to people who do not see it."""
    for element in _elements(app._tree):
        proto = getattr(element, "proto", None)
        if isinstance(proto, Message):
            yield from _in_message(proto)


def _elements(block) -> Iterator:
    for child in block.children.values():
        yield child
        if hasattr(child, "children"):
            yield from _elements(child)


def _in_message(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        values = value if field.is_repeated else [value]
        if field.type == FieldDescriptor.TYPE_MESSAGE and not field.message_type.GetOptions().map_entry:
            for each in values:
                yield from _in_message(each)
        elif field.type == FieldDescriptor.TYPE_STRING and field.name in SHOWN:
            yield from filter(None, values)
