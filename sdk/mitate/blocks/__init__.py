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
from mitate.blocks.emptying import Taken, taken
from mitate.blocks.operations import Operations, compile_operations
from mitate.blocks.order import PREFERRED, Do, Order

__all__ = [
    "PREFERRED",
    "Attributes",
    "Block",
    "Do",
    "Json",
    "Operations",
    "Order",
    "Taken",
    "compile_attributes",
    "compile_block",
    "compile_json",
    "compile_operations",
    "compile_text",
    "compile_url",
    "taken",
]
