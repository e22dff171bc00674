"""What a preview says, in English and Japanese: one row for each thing that can be said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mitate.tokens import TokenError

PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "shown": {
        "en": 'Preview: shows "{label}", variant "{variant}", as chosen here. Without that:',
        "ja": "プレビューで指定したため、「{label}」のパターン「{variant}」を表示しています。指定しない場合:",
    },
    "whole-shown": {
        "en": '"{label}" is shown because this preview chose it.',
        "ja": "「{label}」は、プレビューで指定したため表示しています。",
    },
    "audience": {"en": '"{label}" as set in this preview', "ja": "プレビューで指定した「{label}」"},
    "bad-token": {
        "en": "This preview link can't be used: {why}. The start page or `mitate preview` makes a new one.",
        "ja": "このプレビューリンクは使えません({why})。スタートページか `mitate preview` で作り直してください。",
    },
    "no-experience": {"en": 'There is no experience "{name}"{near}.', "ja": "施策「{name}」はありません{near}。"},
    "no-variant": {
        "en": 'The experience "{experience}" has no variant "{name}"{near}.',
        "ja": "施策「{experience}」にパターン「{name}」はありません{near}。",
    },
    "no-audience": {"en": 'There is no audience "{name}"{near}.', "ja": "セグメント「{name}」はありません{near}。"},
    "no-fact": {"en": 'There is no fact "{name}"{near}.', "ja": "訪問者データ「{name}」はありません{near}。"},
    "bad-fact": {"en": 'The fact "{name}" is not used: {fault}.', "ja": "訪問者データ「{name}」は使っていません({fault})。"},
    "unfit-fact": {
        "en": '"{name}" is {expected}, got {value}',
        "ja": "{expected}で指定してください。指定された値:{value}",
    },
    "held-back": {
        "en": 'The fact "{name}" is not used: this visitor has not agreed to it.',
        "ja": "訪問者データ「{name}」は、同意前のため使っていません。",
    },
    "bad-time": {
        "en": 'The moment "{said}" is not used: expected one such as 2026-12-24T09:00, from 1970 to 2199.',
        "ja": "日時「{said}」は使っていません。2026-12-24T09:00 のように、1970年から2199年の間で指定してください。",
    },
    "bad-words": {
        "en": "The visitor is not used: {fault}. The page's own visitor is shown.",
        "ja": "訪問者の言葉がわからないため、実際の訪問者のまま表示しています:{fault}。",
    },
    "both": {
        "en": '"{label}" is not shown in the slot "{slot}": "{other}" was chosen there, too, and comes first.',
        "ja": "表示枠「{slot}」では、優先順位が先の「{other}」も指定しているため、「{label}」は表示していません。",
    },
    "near": {"en": ' (did you mean "{name}"?)', "ja": "(もしかして「{name}」)"},
    "not-live": {
        "en": '"{label}" is {status}: visitors don\'t see it yet.',
        "ja": "「{label}」は{status}のため、実際の訪問者には表示していません。",
    },
    "one-of": {"en": "one of {values}", "ja": "{values} のいずれか"},
    "at-least": {"en": " of at least {low}", "ja": "({low}以上)"},
    "at-most": {"en": " of at most {high}", "ja": "({high}以下)"},
    "between": {"en": " of at least {low} and at most {high}", "ja": "({low}以上{high}以下)"},
    "kind-string": {"en": "text", "ja": "文字列"},
    "kind-number": {"en": "a number", "ja": "数値"},
    "kind-integer": {"en": "a whole number", "ja": "整数"},
    "kind-boolean": {"en": "true or false", "ja": "true か false"},
    "kind-instant": {
        "en": "seconds since 1970 or a date-time with an offset",
        "ja": "1970年からの秒数か、時差付きの日時",
    },
    "kind-date": {"en": 'a date such as "2026-11-21"', "ja": '"2026-11-21" のような日付'},
    "kind-list": {"en": "a list", "ja": "リスト"},
    "kind-ip": {"en": "an IP address", "ja": "IPアドレス"},
    "kind-version": {"en": "a version", "ja": "バージョン"},
    "paused": {"en": "paused", "ja": "停止中"},
    "draft": {"en": "a draft", "ja": "下書き"},
}  # fmt: skip


def say(phrase: str, language: str, /, **values: object) -> str:
    """Fill one phrase; a language that isn't here is told in English."""
    row = PHRASES[phrase]
    return row.get(language.split("-")[0], row["en"]).format(**values)


def not_usable(error: TokenError) -> dict[str, str]:
    """Say in each language why a preview link can't be used."""
    return {language: text.format(why=error.told(language)) for language, text in PHRASES["bad-token"].items()}
