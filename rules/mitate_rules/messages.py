"""The sentences people read, in English and Japanese: one row for each operator and language.

`holds` and `fails` are said of a condition; `not_holds` and `not_fails` of its negation, where no other operator says
that (`==` and `!=` say each other's). `holds` joins with others before "ため"; `fails` stands as a sentence.
{f} is what was asked about, {a} its actual value, {v} and {w} what the rule wants, {n} how many are lacking,
{l} a label, {c} inner clauses, {be} is or are. Of a list, {i} is the item that decided, {t} what its items are asked for
and {n} the opposite.
"""

from __future__ import annotations

from typing import Final, NamedTuple

LANGUAGES: Final = ("en", "ja")


class Forms(NamedTuple):
    """How a condition is said when it holds and when it fails, and the same for its negation (else empty)."""

    holds: str
    fails: str
    not_holds: str = ""
    not_fails: str = ""


_EN: Final[dict[str, Forms]] = {
    "==": Forms("{f} is {v}", "{f} is {a}, not {v}"),
    "!=": Forms("{f} is {a}, not {v}", "{f} is {v}"),
    "<": Forms("{f} is {a} (below {v})", "{f} is {a}, not below {v}"),
    "<=": Forms("{f} is {a} (at most {v})", "{f} is {a}; at most {v} {be} allowed"),
    ">": Forms("{f} is {a} (more than {v})", "{f} is {a}; more than {v} {be} needed"),
    ">=": Forms("{f} is {a} ({v} or more)", "{f} is {a}; {v} {be} needed"),
    "range": Forms(
        "{f} is {a} (from {v} to {w})",
        "{f} is {a}, outside {v} to {w}",
        "{f} is {a} (outside {v} to {w})",
        "{f} is {a}, between {v} and {w}",
    ),
    "in": Forms("{f} is {a}", "{f} is {a}, not {v}", "{f} is {a}, not {v}", "{f} is {a}"),
    "in_list": Forms("{f} is in {l}", "{f} is not in {l}", "{f} is not in {l}", "{f} is in {l}"),
    "contains": Forms('"{v}" is in {f}', '"{v}" is not in {f}', '"{v}" is not in {f}', '"{v}" is in {f}'),
    "starts_with": Forms(
        '{f} is {a} (starts with "{v}")',
        '{f} is {a}; it does not start with "{v}"',
        '{f} is {a}, not starting with "{v}"',
        '{f} is {a}; it starts with "{v}"',
    ),
    "starts_with page": Forms(
        "this is a page under {v}",
        "this is not a page under {v}",
        "this is a page outside {v}",
        "this is a page under {v}",
    ),
    "ends_with": Forms(
        '{f} is {a} (ends with "{v}")',
        '{f} is {a}; it does not end with "{v}"',
        '{f} is {a}, not ending with "{v}"',
        '{f} is {a}; it ends with "{v}"',
    ),
    "matches_glob": Forms(
        "{f} is {a} (fits {v})", "{f} is {a}; it does not fit {v}", "{f} is {a}, not {v}", "{f} is {a}; it fits {v}"
    ),
    "regex": Forms(
        "{f} is {a} (fits {v})", "{f} is {a}; it does not fit {v}", "{f} is {a}, not {v}", "{f} is {a}; it fits {v}"
    ),
    "sem_ver": Forms("{f} is {a} ({v})", "{f} is {a}; {v} is needed", "{f} is {a}, not {v}", "{f} is {a}; that is {v}"),
    "in_cidr": Forms(
        "the address is in {l}", "the address is not in {l}", "the address is outside {l}", "the address is in {l}"
    ),
    "before": Forms("{f} is {a} (before {v})", "{f} is {a}, no longer before {v}"),
    "after": Forms("{f} is {a} ({v} or later)", "{f} is {a}, not yet {v}"),
    "between": Forms(
        "{f} is {a} ({v} to {w})",
        "{f} is {a}, outside {v} to {w}",
        "{f} is {a} (outside {v} to {w})",
        "{f} is {a}, between {v} and {w}",
    ),
    "days_since >=": Forms("{a} since {f}", "only {a} since {f} ({v} are needed)"),
    "days_since >": Forms("{a} since {f}", "only {a} since {f} (more than {v} are needed)"),
    "days_since <": Forms("{a} since {f} (fewer than {v})", "{a} since {f}, not fewer than {v}"),
    "days_since <=": Forms("{a} since {f} (at most {v})", "{a} since {f}, more than {v}"),
    "days_since ==": Forms("{a} since {f}", "{a} since {f}, not {v}"),
    "days_since !=": Forms("{a} since {f}, not {v}", "{a} since {f}"),
    "count_events": Forms(
        "{f} {a} in {w} ({v} or more)",
        "{f} {a} in {w}; {n} more needed",
        "{f} {a} in {w} (fewer than {v})",
        "{f} {a} in {w}, not fewer than {v}",
    ),
    "time_between": Forms(
        "it is {a} ({v}–{w})", "it is {a}, outside {v}–{w}", "it is {a} (outside {v}–{w})", "it is {a}, within {v}–{w}"
    ),
    "weekday": Forms("today is {a}", "today is {a}, not {v}", "today is {a}, not {v}", "today is {a}"),
    "audience": Forms(
        'the audience "{l}" fits{c}',
        'the audience "{l}" does not fit{c}',
        'the audience "{l}" does not fit',
        'the audience "{l}" fits{c}',
    ),
    "some": Forms("{i} is among {f}{c}", "none of {f} ({a}) {t}", "none of {f} ({a}) {t}", "{i} is among {f}{c}"),
    "all": Forms("each of {f} ({a}) {t}", "{i} is among {f}{c}", "{i} is among {f}{c}", "each of {f} ({a}) {t}"),
    "none": Forms("none of {f} ({a}) {t}", "{i} is among {f}{c}", "{i} is among {f}{c}", "none of {f} ({a}) {t}"),
    "empty": Forms("{f} {be} empty", "{f} {be} empty"),
    "truth": Forms("{f}: yes", "{f}: no", "{f}: no", "{f}: yes"),
    "happened": Forms("there was {f}", "there was not yet {f}", "there was not yet {f}", "there was {f}"),
    "present": Forms("{f} {be} {a}", "{f} {be} {a}", "{f} {be} {a}", "{f} {be} {a}"),
    "missing": Forms(
        "{f} {be} not known yet", "{f} {be} not known yet", "{f} {be} known ({a})", "{f} {be} known ({a})"
    ),
    "withheld": Forms("{f} {be} not used before consent", "{f} {be} not used before consent"),
    "always": Forms("for everyone", "for nobody"),
}

_JA: Final[dict[str, Forms]] = {
    "==": Forms("{f}が{v}", "{f}は{a}(条件は{v})"),
    "!=": Forms("{f}が{v}以外({a})", "{f}が{v}"),
    "<": Forms("{f}が{a}({v}未満)", "{f}は{a}で、{v}以上です"),
    "<=": Forms("{f}が{a}({v}以下)", "{f}は{a}で、{v}を超えています"),
    ">": Forms("{f}が{a}(基準{v}超)", "{f}は{a}で、基準の{v}を超えていません"),
    ">=": Forms("{f}が{a}(基準{v}以上)", "{f}は{a}で、基準の{v}に届いていません"),
    "range": Forms(
        "{f}が{a}({v}〜{w})",
        "{f}は{a}で、{v}〜{w}の範囲外です",
        "{f}が{a}({v}〜{w}の範囲外)",
        "{f}は{a}で、{v}〜{w}の範囲内です",
    ),
    "in": Forms("{f}が{a}", "{f}は{a}(条件は{v})", "{f}が{v}以外({a})", "{f}が{a}"),
    "in_list": Forms("{f}が{l}に該当", "{f}は{l}に該当しません", "{f}が{l}に該当しない", "{f}は{l}に該当します"),
    "contains": Forms("{f}に{v}を含む", "{f}に{v}は含まれません", "{f}に{v}を含まない", "{f}に{v}が含まれます"),
    "starts_with": Forms(
        "{f}が{v}で始まる({a})",
        "{f}は{a}で、{v}では始まりません",
        "{f}が{v}以外で始まる({a})",
        "{f}は{a}で、{v}で始まります",
    ),
    "starts_with page": Forms(
        "{v} 以下のページを閲覧中",
        "{v} 以下のページではありません",
        "{v} 以下とは別のページを閲覧中",
        "{v} 以下のページを閲覧中です",
    ),
    "ends_with": Forms(
        "{f}が{v}で終わる({a})",
        "{f}は{a}で、{v}では終わりません",
        "{f}が{v}以外で終わる({a})",
        "{f}は{a}で、{v}で終わります",
    ),
    "matches_glob": Forms(
        "{f}が{v}の形に一致({a})",
        "{f}は{a}で、{v}の形に一致しません",
        "{f}が{v}の形に一致しない({a})",
        "{f}は{a}で、{v}の形に一致します",
    ),
    "regex": Forms(
        "{f}が正規表現{v}に一致({a})",
        "{f}は{a}で、正規表現{v}に一致しません",
        "{f}が正規表現{v}に一致しない({a})",
        "{f}は{a}で、正規表現{v}に一致します",
    ),
    "sem_ver": Forms(
        "{f}が{a}({v})",
        "{f}は{a}で、条件の「{v}」を満たしません",
        "{f}が{a}(「{v}」を除く)",
        "{f}は{a}で、「{v}」にあたります",
    ),
    "in_cidr": Forms("{l}に該当", "{l}に該当しません", "{l}に該当しない", "{l}に該当します"),
    "before": Forms("{f}が{a}({v}より前)", "{f}は{a}で、{v}を過ぎています"),
    "after": Forms("{f}が{a}({v}以降)", "{f}は{a}で、まだ{v}になっていません"),
    "between": Forms(
        "{f}が{a}({v}〜{w})",
        "{f}は{a}で、{v}〜{w}の期間外です",
        "{f}が{a}({v}〜{w}の期間外)",
        "{f}は{a}で、{v}〜{w}の期間内です",
    ),
    "days_since >=": Forms("{f}から{a}日", "{f}から{a}日で、まだ{v}日たっていません"),
    "days_since >": Forms("{f}から{a}日({v}日超)", "{f}から{a}日で、まだ{v}日を超えていません"),
    "days_since <": Forms("{f}から{a}日({v}日未満)", "{f}から{a}日で、{v}日以上たっています"),
    "days_since <=": Forms("{f}から{a}日({v}日以内)", "{f}から{a}日で、{v}日を過ぎています"),
    "days_since ==": Forms("{f}からちょうど{a}日", "{f}から{a}日(条件はちょうど{v}日)"),
    "days_since !=": Forms("{f}から{a}日({v}日以外)", "{f}からちょうど{a}日"),
    "count_events": Forms(
        "{w}で{f}が{a}(基準{v}回)",
        "{w}で{f}は{a}。あと{n}回で一致",
        "{w}で{f}が{a}({v}回未満)",
        "{w}で{f}は{a}で、{v}回以上です",
    ),
    "time_between": Forms(
        "いま{a}({v}〜{w})",
        "いま{a}で、{v}〜{w}の時間外です",
        "いま{a}({v}〜{w}の時間外)",
        "いま{a}で、{v}〜{w}の時間内です",
    ),
    "weekday": Forms("{a}曜日", "今日は{a}曜日(条件は{v}曜日)", "{v}曜日以外({a}曜日)", "今日は{a}曜日"),
    "audience": Forms("「{l}」に該当{c}", "「{l}」の対象外です{c}", "「{l}」の対象外", "「{l}」に該当します{c}"),
    "some": Forms("{f}に{t}がある{c}", "{f}({a})に{t}がありません", "{f}({a})に{t}がない", "{f}に{t}があります{c}"),
    "all": Forms("{f}({a})に{n}がない", "{f}に{n}があります{c}", "{f}に{n}がある{c}", "{f}({a})に{n}がありません"),
    "none": Forms("{f}({a})に{t}がない", "{f}に{t}があります{c}", "{f}に{t}がある{c}", "{f}({a})に{t}がありません"),
    "empty": Forms("{f}が空", "{f}は空です"),
    "truth": Forms("{f}に該当", "{f}に該当しません", "{f}に該当しない", "{f}に該当します"),
    "happened": Forms("{f}があった", "{f}がまだありません", "{f}がまだない", "{f}がありました"),
    "present": Forms("{f}が{a}", "{f}は{a}です", "{f}が{a}", "{f}は{a}です"),
    "missing": Forms(
        "{f}がまだわからない", "{f}がまだわかりません", "{f}がわかっている({a})", "{f}は{a}とわかっています"
    ),
    "withheld": Forms("同意前のため{f}を使っていない", "同意前のため{f}は使っていません"),
    "always": Forms("すべての訪問者が対象", "対象の訪問者はいません"),
}

CATALOGUE: Final[dict[str, dict[str, Forms]]] = {"en": _EN, "ja": _JA}

# Operators that are said like another one.
SAID_LIKE: Final = {
    "===": "==",
    "!==": "!=",
    "icontains": "contains",
    "istarts_with": "starts_with",
    "iends_with": "ends_with",
}

# What the condition of some, all or none asks of an item, and its negation: {f} is empty or the part of the item.
ASKED: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "en": {
        "==": ("is {v}", "is not {v}"),
        "<": ("is below {v}", "is {v} or more"),
        "<=": ("is at most {v}", "is more than {v}"),
        ">": ("is more than {v}", "is at most {v}"),
        ">=": ("is {v} or more", "is below {v}"),
        "in": ("is {v}", "is not {v}"),
        "in_list": ("is in {v}", "is not in {v}"),
        "contains": ('contains "{v}"', 'does not contain "{v}"'),
        "starts_with": ('starts with "{v}"', 'does not start with "{v}"'),
        "ends_with": ('ends with "{v}"', 'does not end with "{v}"'),
        "matches_glob": ("fits {v}", "does not fit {v}"),
        "regex": ("fits {v}", "does not fit {v}"),
    },
    "ja": {
        "==": ("{v}", "{v}以外のもの"),
        "<": ("{v}未満のもの", "{v}以上のもの"),
        "<=": ("{v}以下のもの", "{v}を超えるもの"),
        ">": ("{v}を超えるもの", "{v}以下のもの"),
        ">=": ("{v}以上のもの", "{v}未満のもの"),
        "in": ("{v}のいずれか", "{v}以外のもの"),
        "in_list": ("{v}に該当するもの", "{v}に該当しないもの"),
        "contains": ("{v}を含むもの", "{v}を含まないもの"),
        "starts_with": ("{v}で始まるもの", "{v}以外で始まるもの"),
        "ends_with": ("{v}で終わるもの", "{v}以外で終わるもの"),
        "matches_glob": ("{v}の形に一致するもの", "{v}の形に一致しないもの"),
        "regex": ("正規表現{v}に一致するもの", "正規表現{v}に一致しないもの"),
    },
}

VERSIONS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "=": "exactly {v}",
        "!=": "any but {v}",
        "<": "below {v}",
        "<=": "{v} or below",
        ">": "above {v}",
        ">=": "{v} or above",
        "~": "the same minor version as {v}",
        "^": "the same major version as {v}",
    },
    "ja": {
        "=": "{v}と同じ",
        "!=": "{v}以外",
        "<": "{v}より前",
        "<=": "{v}以下",
        ">": "{v}より後",
        ">=": "{v}以上",
        "~": "{v}と同じマイナーバージョン",
        "^": "{v}と同じメジャーバージョン",
    },
}

WINDOWS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "s": "the last {n} seconds",
        "m": "the last {n} minutes",
        "h": "the last {n} hours",
        "d": "the last {n} days",
        "w": "the last {n} weeks",
        "visit": "this visit",
    },
    "ja": {
        "s": "直近{n}秒",
        "m": "直近{n}分",
        "h": "直近{n}時間",
        "d": "直近{n}日",
        "w": "直近{n}週間",
        "visit": "今回の訪問",
    },
}

UNITS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "times": "{n}",
        "days": "{n} days",
        "seconds": "{n} seconds",
        "yen": "¥{n}",
        "percent": "{n}%",
        "km": "{n} km",
    },
    "ja": {"times": "{n}回", "days": "{n}日", "seconds": "{n}秒", "yen": "{n}円", "percent": "{n}%", "km": "{n}km"},
}

DAY_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "ja": ("月", "火", "水", "木", "金", "土", "日"),
}
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "yes": "yes",
        "no": "no",
        "unknown": "not known",
        "and": " and ",
        "or": " or ",
        "more": " (and {n} more)",
        "matches": "Matches: {c}.",
        "not matched": "{c}.",
        "network": "the network {v}",
        "event": '"{v}"',
        "times": "{n} times",
        "once": "once",
        "list": 'the list "{v}"',
        "aside": " ({c})",
        "beside": "; ",
        "comma": ", ",
        "others": "{c} and {n} more",
        "empty": "one of an empty list",
        "nothing": "empty",
        "item": "one",
        "items": "{n} in all",
        "fits": "fits the condition",
        "unfit": "does not fit the condition",
        "max": "the largest of {c}",
        "min": "the smallest of {c}",
        # the developer's tree
        "missing": "missing",
        "wrong": "of the wrong type, so missing",
        "withheld": "withheld",
        "in page": "known in the page",
        "private": "kept private",
        "not evaluated": "not evaluated: {c}",
        "and decided": 'the "and" was already decided',
        "or decided": 'the "or" was already decided',
        "seen above": "shown above",
        "lacking": "lacks an operand: neither this nor its negation holds",
    },
    "ja": {
        "yes": "はい",
        "no": "いいえ",
        "unknown": "まだわかりません",
        "and": "、",
        "or": "または",
        "more": "(ほか{n}件)",
        "matches": "{c}、条件に一致しました。",
        "not matched": "{c}。",
        "network": "ネットワーク「{v}」",
        "event": "「{v}」",
        "times": "{n}回",
        "once": "{n}回",
        "list": "リスト「{v}」",
        "aside": "({c})",
        "beside": "、",
        "comma": "、",
        "others": "{c}ほか{n}件",
        "empty": "空の一覧",
        "nothing": "空",
        "item": "ある項目",
        "items": "全{n}件",
        "fits": "条件に合うもの",
        "unfit": "条件に合わないもの",
        "max": "{c}のうち最大の値",
        "min": "{c}のうち最小の値",
        "missing": "不明",
        "wrong": "型が違うため不明扱い",
        "withheld": "同意前のため未使用",
        "in page": "ページ上でわかります",
        "private": "非表示",
        "not evaluated": "評価していません: {c}",
        "and decided": "「かつ」の結果がすでに決まっています",
        "or decided": "「または」の結果がすでに決まっています",
        "seen above": "上に表示済み",
        "lacking": "比べる値がないため、この条件もその否定も成り立ちません",
    },
}


def said_as(op: str) -> str:
    """Give the catalogue row an operator is said by."""
    return SAID_LIKE.get(op, op)


def spoken(lang: str) -> str:
    """Give the language something is told in: that of a tag such as "ja-JP" where there are sentences, else English."""
    base = lang.split("-")[0].lower()
    return base if base in LANGUAGES else "en"
