"""Blocks: the content that fills a slot, with places for facts that no value can break out of."""

from mitate.blocks.compiling import (
    Attributes,
    Block,
    Json,
    compile_attributes,
    compile_block,
    compile_json,
    compile_text,
    compile_url,
)

__all__ = [
    "Attributes",
    "Block",
    "Json",
    "compile_attributes",
    "compile_block",
    "compile_json",
    "compile_text",
    "compile_url",
]
