"""The facts that come built in: one table of name, type, unit, purpose, source, cost and label.

A declaration has the keys of a site document's own facts (type, items, unit, purpose, enum, minimum,
maximum, changeable, label, values, from) and three more: `source`, the part of this package that supplies it, `cost`,
what one look-up takes in microseconds of processor time, about, on one core, and `absent`, what is said of a
visitor who has none where "not known yet" would sound odd.

A ``*`` in a name stands for one segment or, at its end, for the whole rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .clock import DAY_PARTS, SEASONS
from .countries import COUNTRIES
from .device import TYPES

Declaration = Mapping[str, object]
Labels = Mapping[str, str]

NECESSARY: Final = "necessary"
PERSONALIZATION: Final = "personalization"

# Measured by tests/benchmarks/bench_context.py.
_COSTS: Final = {
    "geo": 0.6,
    "request": 0.2,
    "clock": 0.4,
    "device": 0.9,
    "page": 1.0,
    "visits": 0.9,
    "events": 0.7,
    "interests": 1.0,
    "account": 1.5,
    "consent": 0.1,
    "backend": 0.3,
    "browser": 0.0,
}


def label(en: str, ja: str) -> Labels:
    """Give a label in both languages."""
    return {"en": en, "ja": ja}


def _choices(*rows: tuple[str, str, str]) -> dict[str, Labels]:
    return {value: label(en, ja) for value, en, ja in rows}


# What visitors don't change by what they do: where they are, whom they work for.
_FIXED_SOURCES: Final = ("geo", "account")

COUNTRY_VALUES: Final = {code: label(country.en, country.ja) for code, country in COUNTRIES.items()}
WEEKDAY_VALUES: Final = {
    str(number): label(en, ja)
    for number, (en, ja) in enumerate(
        (
            ("Monday", "月"),
            ("Tuesday", "火"),
            ("Wednesday", "水"),
            ("Thursday", "木"),
            ("Friday", "金"),
            ("Saturday", "土"),
            ("Sunday", "日"),
        ),
        1,
    )
}
_SEASONS = _choices(
    ("spring", "spring", "春"), ("summer", "summer", "夏"), ("autumn", "autumn", "秋"), ("winter", "winter", "冬")
)
_DAY_PARTS = _choices(
    ("morning", "morning", "朝"),
    ("afternoon", "afternoon", "昼"),
    ("evening", "evening", "夕方から夜"),
    ("night", "night", "深夜"),
)
_DEVICES = _choices(
    ("phone", "phone", "スマートフォン"),
    ("tablet", "tablet", "タブレット"),
    ("desktop", "computer", "パソコン"),
    ("tv", "television", "テレビ"),
    ("console", "game console", "ゲーム機"),
    ("wearable", "wearable", "ウェアラブル端末"),
    ("bot", "robot", "ロボット"),
)
_ZONE_SOURCES = _choices(
    ("browser", "browser", "ブラウザー"),
    ("profile", "earlier visit", "以前の訪問"),
    ("geo", "address", "IPアドレス"),
    ("country", "country", "国"),
    ("site", "site", "サイトの設定"),
)
_CHANNELS = _choices(
    ("web", "web", "ウェブ"),
    ("email", "e-mail", "メール"),
    ("app", "app", "アプリ"),
    ("push", "push message", "プッシュ通知"),
    ("ads", "ads", "広告"),
    ("chat", "chat", "チャット"),
    ("call-center", "call center", "コールセンター"),
    ("voice", "voice", "音声"),
    ("store", "store", "店舗"),
)
_ACCOUNT_KINDS = _choices(
    ("company", "company", "企業"),
    ("hosting", "hosting provider", "クラウド・ホスティング事業者"),
    ("vpn", "VPN provider", "VPN事業者"),
    ("isp", "internet provider", "インターネット接続事業者"),
)
# What is said of a visitor who has none of it, where "not known yet" would sound odd.
_NO_REFERRER = label("no other page led here", "参照元がありません")
_NO_SEARCH = label("nothing was searched for", "検索した言葉がありません")
_NO_COMPANY = label("the company is unknown", "企業がわかりません")
_ACCOUNT_SOURCES = _choices(
    ("address", "address", "IPアドレス"),
    ("email", "e-mail address", "メールアドレス"),
    ("backend", "log-in or signed link", "ログインまたは署名付きリンク"),
)


def _fact(type_: str, source: str, en: str, ja: str, purpose: str, **more: object) -> Declaration:
    declaration: dict[str, object] = {
        "type": type_,
        "purpose": purpose,
        "source": source,
        "cost": _COSTS[source],
        "label": label(en, ja),
        **more,
    }
    if isinstance(values := more.get("values"), dict) and type_ == "string":
        declaration.setdefault("enum", list(values))  # pyright: ignore[reportUnknownArgumentType]
    if source in _FIXED_SOURCES:
        declaration.setdefault("changeable", False)
    if source == "backend":
        declaration["from"] = "backend"
    elif source == "browser":
        declaration["from"] = "browser"
    return declaration


def _now(type_: str, source: str, en: str, ja: str, **more: object) -> Declaration:
    """Declare a fact of the request itself, usable before consent."""
    return _fact(type_, source, en, ja, NECESSARY, **more)


def _kept(type_: str, source: str, en: str, ja: str, **more: object) -> Declaration:
    """Declare a fact that needs consent to personalization."""
    return _fact(type_, source, en, ja, PERSONALIZATION, **more)


def _clock(prefix: str, en: str, ja: str) -> dict[str, Declaration]:
    def row(type_: str, name_en: str, name_ja: str, **more: object) -> Declaration:
        return _now(type_, "clock", f"{en} {name_en}", ja + name_ja, **more)

    return {
        f"{prefix}.zone": row("string", "time zone", "タイムゾーン", changeable=False),
        f"{prefix}.hour": row("integer", "hour", "時刻(時)", minimum=0, maximum=23),
        f"{prefix}.minute": row("integer", "minute", "時刻(分)", minimum=0, maximum=59),
        f"{prefix}.weekday": row("integer", "day of the week", "曜日", minimum=1, maximum=7, values=WEEKDAY_VALUES),
        f"{prefix}.date": row("date", "date", "日付"),
        f"{prefix}.month": row("integer", "month", "月", minimum=1, maximum=12),
        f"{prefix}.season": row("string", "season", "季節", values={name: _SEASONS[name] for name in SEASONS}),
        f"{prefix}.day_part": row(
            "string", "time of day", "時間帯", values={name: _DAY_PARTS[name] for name in DAY_PARTS}
        ),
    }


BUILT_IN: Final[Mapping[str, Declaration]] = {
    # Place
    "geo.country": _now("string", "geo", "country", "国", values=COUNTRY_VALUES),
    "geo.country_name": _now("string", "geo", "country name", "国名"),
    "geo.country_name_en": _now("string", "geo", "country name in English", "国名(英語)"),
    "geo.country_name_ja": _now("string", "geo", "country name in Japanese", "国名(日本語)"),
    "geo.region": _now("string", "geo", "region (ISO 3166-2)", "地域コード"),
    "geo.region_name": _now("string", "geo", "region", "地域"),
    "geo.city": _now("string", "geo", "city", "市区町村"),
    "geo.eu": _now("boolean", "geo", "in the European Union", "EU域内"),
    "geo.timezone": _now("string", "geo", "time zone of the address", "IPアドレスのタイムゾーン"),
    "geo.postal": _kept("string", "geo", "postal code", "郵便番号"),
    "geo.latitude": _kept("number", "geo", "latitude", "緯度", minimum=-90, maximum=90),
    "geo.longitude": _kept("number", "geo", "longitude", "経度", minimum=-180, maximum=180),
    "request.ip": _now("ip", "request", "network address", "ネットワークアドレス", changeable=False),
    # Time
    "time.now": _now("instant", "clock", "present moment", "現在時刻"),
    "time.zone_source": _now(
        "string",
        "clock",
        "where the time zone is known from",
        "タイムゾーンの判定元",
        values=_ZONE_SOURCES,
        changeable=False,
    ),
    **_clock("time", "visitor's", "訪問者の"),
    **_clock("site_time", "site's", "サイトの"),
    # Device
    "device.type": _now("string", "device", "device", "端末", values={name: _DEVICES[name] for name in TYPES}),
    "device.os": _now("string", "device", "operating system", "OS"),
    "device.os_version": _now("version", "device", "version of the operating system", "OSのバージョン"),
    "device.browser": _now("string", "device", "browser", "ブラウザー"),
    "device.browser_version": _now("version", "device", "version of the browser", "ブラウザーのバージョン"),
    "device.bot": _now("boolean", "device", "robot", "ロボット", changeable=False),
    "device.touch": _now("boolean", "device", "touch screen", "タッチ画面"),
    "device.screen_width": _now("integer", "device", "width of the screen", "画面の幅", minimum=1),
    "device.language": _now("string", "device", "browser's language", "ブラウザーの言語"),
    # Page
    "page.url": _now("string", "page", "page address", "ページのURL"),
    "page.host": _now("string", "page", "host name", "ホスト名"),
    "page.path": _now("string", "page", "page", "ページ"),
    "page.query.*": _now(
        "string",
        "page",
        "address parameter {*}",
        "URLパラメーター{*}",
        absent=label("the address has no parameter {*}", "URLにパラメーター{*}がありません"),
    ),
    "page.title": _now("string", "page", "page title", "ページのタイトル"),
    "page.language": _now("string", "page", "page language", "ページの言語"),
    "page.referrer": _now("string", "page", "previous page", "参照元のURL", absent=_NO_REFERRER),
    "page.referrer_host": _now("string", "page", "site that led here", "参照元サイト", absent=_NO_REFERRER),
    "page.tags": _now("list", "backend", "the page's tags", "ページのタグ", items="string"),
    "campaign.source": _now(
        "string",
        "page",
        "campaign source",
        "流入元",
        absent=label("the address names no campaign source", "流入元の指定がありません"),
    ),
    "campaign.medium": _now(
        "string",
        "page",
        "campaign medium",
        "流入元の媒体",
        absent=label("the address names no campaign medium", "流入元の媒体の指定がありません"),
    ),
    "campaign.name": _now(
        "string",
        "page",
        "campaign",
        "流入元キャンペーン",
        absent=label("the address names no campaign", "流入元キャンペーンの指定がありません"),
    ),
    "campaign.term": _now(
        "string",
        "page",
        "the ad's search words",
        "広告の検索語",
        absent=label("no ad's search words came along", "広告の検索語がありません"),
    ),
    "campaign.content": _now(
        "string",
        "page",
        "ad content",
        "広告の内容",
        absent=label("the address names no ad content", "広告の内容の指定がありません"),
    ),
    "search.last": _now("string", "page", "words searched for", "検索した言葉", absent=_NO_SEARCH),
    "search.terms": _now("list", "page", "the words searched for", "検索した単語", items="string", absent=_NO_SEARCH),
    # Visits
    "visits.count": _kept("integer", "visits", "number of visits", "訪問回数", unit="times", minimum=1),
    "visits.first": _kept("instant", "visits", "first visit", "初回訪問"),
    "visits.is_new": _kept("boolean", "visits", "first visit", "はじめての訪問"),
    "visits.days_since_first": _kept(
        "integer", "visits", "time since the first visit", "初回訪問からの日数", unit="days", minimum=0
    ),
    "visits.days_since_last": _kept(
        "integer",
        "visits",
        "time since the last visit",
        "前回の訪問からの日数",
        unit="days",
        minimum=0,
        absent=label("this is the first visit", "はじめての訪問です"),
    ),
    "visits.page_views": _kept(
        "integer", "visits", "number of pages viewed in all", "これまでの閲覧ページ数", unit="count", minimum=1
    ),
    "visits.total_seconds": _kept(
        "integer", "visits", "time on the site in all", "これまでの滞在時間", unit="seconds", minimum=0
    ),
    "visits.logins": _kept("integer", "visits", "number of log-ins", "ログイン回数", unit="times", minimum=0),
    "visit.page_views": _kept(
        "integer", "visits", "number of pages viewed in this visit", "今回の閲覧ページ数", unit="count", minimum=1
    ),
    "visit.seconds": _kept(
        "integer", "visits", "time since this visit began", "今回の滞在時間", unit="seconds", minimum=0
    ),
    "visit.started": _kept("instant", "visits", "start of this visit", "今回の訪問の開始"),
    "visit.landing_path": _kept("string", "visits", "first page of this visit", "最初に見たページ"),
    "events.*.count": _kept("integer", "events", "number of {*} events", "「{*}」の回数", unit="times", minimum=0),
    "events.*.last_days_ago": _kept(
        "integer",
        "events",
        "time since {*}",
        "「{*}」からの日数",
        unit="days",
        minimum=0,
        absent=label("{*} has not happened so far", "「{*}」はまだありません"),
    ),
    "events.*.times": _kept("list", "events", "the times of {*}", "「{*}」の日時", items="instant"),
    # Interests
    "interests.top": _kept("string", "interests", "strongest interest", "最も関心の高いテーマ"),
    "interests.*": _kept(
        "number", "interests", "interest in {*}", "「{*}」への関心度", unit="score", minimum=0, maximum=1
    ),
    "affinity.*": _kept("number", "backend", "affinity for {*}", "「{*}」の好み", unit="score", minimum=0, maximum=1),
    # Company
    "account.known": _kept("boolean", "account", "company known", "企業の判明"),
    "account.name": _kept("string", "account", "company", "企業名", absent=_NO_COMPANY),
    "account.domain": _kept("string", "account", "company's domain", "企業のドメイン", absent=_NO_COMPANY),
    "account.industry": _kept("string", "account", "industry", "業種"),
    "account.employees": _kept("integer", "account", "number of employees", "従業員数", unit="count", minimum=0),
    "account.revenue": _kept("number", "account", "revenue", "売上高", unit="yen", minimum=0),
    "account.country": _kept("string", "account", "company's country", "企業の国", values=COUNTRY_VALUES),
    "account.technologies": _kept("list", "account", "the technologies in use", "利用している技術", items="string"),
    "account.tier": _kept("string", "account", "tier", "ターゲットランク"),
    "account.stage": _kept("string", "account", "stage", "検討段階"),
    "account.owner": _kept("string", "account", "person in charge", "担当者"),
    "account.confidence": _kept(
        "number", "account", "confidence about the company", "企業判定の確度", minimum=0, maximum=1, absent=_NO_COMPANY
    ),
    "account.kind": _kept("string", "account", "kind of network", "回線の種類", values=_ACCOUNT_KINDS),
    "account.source": _kept(
        "string", "account", "the way the company is known", "企業の判定元", values=_ACCOUNT_SOURCES
    ),
    # Person: what only a backend may say
    "user.persona": _kept("string", "backend", "role", "役割", changeable=False),
    "user.status": _kept("string", "backend", "customer status", "顧客区分"),
    "user.ltv": _kept("number", "backend", "lifetime value", "顧客生涯価値", unit="yen", minimum=0),
    "user.birthday": _kept("date", "backend", "birthday", "誕生日", changeable=False),
    "user.age": _kept("integer", "backend", "age", "年齢", minimum=0, changeable=False),
    "user.gender": _kept("string", "backend", "gender", "性別", changeable=False),
    "user.plan": _kept("string", "backend", "plan", "ご契約プラン"),
    "user.loyalty": _kept("string", "backend", "loyalty status", "会員ランク"),
    "user.member_since": _kept("date", "backend", "member since", "入会日", changeable=False),
    "user.channel_preferred": _kept("string", "backend", "preferred channel", "希望の連絡方法", values=_CHANNELS),
    "messages.*.sent": _kept(
        "integer", "backend", "number of messages sent ({*})", "送信数({*})", unit="count", minimum=0, changeable=False
    ),
    "messages.*.opened": _kept(
        "integer", "backend", "number of messages opened ({*})", "開封数({*})", unit="count", minimum=0
    ),
    "messages.*.clicked": _kept(
        "integer", "backend", "number of messages clicked ({*})", "クリック数({*})", unit="count", minimum=0
    ),
    "messages.*.dismissed": _kept(
        "integer", "backend", "number of messages dismissed ({*})", "閉じた数({*})", unit="count", minimum=0
    ),
    "messages.*.open_rate": _kept(
        "number", "backend", "open rate ({*})", "開封率({*})", unit="score", minimum=0, maximum=1
    ),
    "messages.*.days_since_last_open": _kept(
        "integer",
        "backend",
        "time since a message was opened ({*})",
        "最後の開封からの日数({*})",
        unit="days",
        minimum=0,
    ),
    "contacts.*.count": _kept(
        "integer", "backend", "number of contacts ({*})", "お問い合わせ回数({*})", unit="times", minimum=0
    ),
    "contacts.*.days_since_last": _kept(
        "integer",
        "backend",
        "time since the last contact ({*})",
        "最後のお問い合わせからの日数({*})",
        unit="days",
        minimum=0,
    ),
    "purchases.count": _kept("integer", "events", "number of purchases", "購入回数", unit="times", minimum=0),
    "purchases.total_value": _kept(
        "number", "events", "value of all purchases", "購入金額の合計", unit="yen", minimum=0
    ),
    "purchases.days_since_last": _kept(
        "integer",
        "events",
        "time since the last purchase",
        "前回の購入からの日数",
        unit="days",
        minimum=0,
        absent=label("nothing was bought so far", "購入の記録がありません"),
    ),
    "purchases.last_category": _kept("string", "events", "category of the last purchase", "前回購入した商品の分類"),
    "purchases.categories": _kept("list", "events", "the categories bought", "購入した商品の分類", items="string"),
    "cart.items": _kept("integer", "backend", "number of items in the cart", "カートの点数", unit="count", minimum=0),
    "cart.value": _kept("number", "backend", "value of the cart", "カートの金額", unit="yen", minimum=0),
    "cart.hours_since_change": _kept(
        "number", "backend", "hours since the cart changed", "カートの更新からの時間", minimum=0
    ),
    "cart.categories": _kept("list", "backend", "the categories in the cart", "カートの商品の分類", items="string"),
    # Situation
    "consent.*": _now("boolean", "consent", "consent: {*}", "同意({*})"),
    "channel": _now("string", "request", "channel", "チャネル", values=_CHANNELS),
    "live.scroll": _now(
        "number", "browser", "how far the page is scrolled", "スクロール量", unit="percent", minimum=0, maximum=100
    ),
    "live.seconds": _now("number", "browser", "time on this page", "このページの滞在時間", unit="seconds", minimum=0),
    "live.idle": _now("number", "browser", "time without activity", "操作のない時間", unit="seconds", minimum=0),
    "live.exit_intent": _now("boolean", "browser", "a sign of leaving", "離脱しそうな動き"),
    "live.rage_click": _now("boolean", "browser", "a burst of clicks in one place", "同じ場所の連打"),
    "live.form_abandoned": _now("boolean", "browser", "a form begun and left", "フォームの入力中断"),
    "live.visible.*": _now("boolean", "browser", 'a view of "{*}"', "「{*}」の表示"),
    "live.clicked.*": _now("boolean", "browser", 'a click on "{*}"', "「{*}」のクリック"),
    "live.event.*": _now("boolean", "browser", 'the event "{*}"', "イベント「{*}」"),
}
"""Every built-in fact by name."""


def find(name: str, facts: Mapping[str, Declaration] = BUILT_IN) -> Declaration | None:
    """Give the declaration of a fact by its name, or of the wildcard it falls under."""
    declaration = facts.get(name)
    if declaration is not None or "." not in name:
        return declaration
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        head = ".".join(parts[:cut])
        for tail in range(cut + 1, len(parts) + 1):
            pattern = ".".join([head, "*", *parts[tail:]])
            if (declaration := facts.get(pattern)) is not None:
                return declaration
    return None
