"""A page with a preview's panel in it, and a loader whose state the test chooses."""

from __future__ import annotations

import copy
import json
import time
from importlib.resources import files
from typing import TypeAlias

from playwright.sync_api import Page, Route

STATIC = files("mitate_server") / "static"
ORIGIN = "http://localhost"

Json: TypeAlias = dict[str, object]

STRICT = (
    "default-src 'none'; script-src 'nonce-test' 'strict-dynamic'; style-src 'self'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types mitate"
)

STYLE = """
body { font: 17px/1.6 Georgia, "Noto Serif CJK JP", serif; margin: 0; color: #222; background: #fff; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 10rem; }
#hero { min-height: 12rem; background: #eef2ea; padding: 1.5rem; }
#shelf { min-height: 8rem; background: #f6efe2; padding: 1.5rem; margin-top: 1rem; }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #111; }
  #hero { background: #1c2620; }
  #shelf { background: #2a2418; }
}
"""

BODY = """
<main>
  <h1>Shoes that stay comfortable on the twelfth hour</h1>
  <div id="hero" data-mitate="hero"><h2>For long shifts</h2><p>Light soles, wide toes, easy to wash.</p></div>
  <div id="shelf" data-mitate="shelf"><h2>New this week</h2><p>Three pairs that nurses helped to make.</p></div>
  <p>Delivered tomorrow, returned for free within a month.</p>
</main>
"""

# Applies what the test says, and leaves behind what mitate.js does: the same state, the same events.
LOADER = """
(config => {
  const state = { log: [], decisions: {}, preview: config.preview, settled: true, ops: !config.noOps }, filled = new Map();
  const emit = (type, detail, at = performance.now()) => {
    state.log.push([at, type, detail]);
    document.dispatchEvent(new CustomEvent("mitate:" + type, { detail }));
  };
  const elements = (slot) => config.table.slots.filter(({ name }) => name == slot).flatMap(({ name, selector }) =>
    [...document.querySelectorAll(selector || `[data-mitate="${name}"]`)]);
  const use = (answer, at) => {
    state.answer = answer;
    state.decisions = answer.decisions;
    emit("decided", answer, at);
    filled.clear();
    for (const slot of config.table.slots) for (const element of elements(slot.name)) {
      const decision = answer.decisions[slot.name];
      if (decision && decision.operations && config.noOps) continue;
      const content = decision && ["html", "text", "operations", "order", "attributes"].some((kind) => decision[kind]);
      const undo = content ? Object.assign(() => {}, { skipped: config.skipped || [] }) : undefined;
      const one = { slot: slot.name, element, decision, undo, state: content && !config.kept ? "variant" : "default" };
      if (decision && decision.text) element.textContent = decision.text;
      filled.set(element, one);
      emit("applied", one, at && at + (config.slow || 1));
    }
  };
  window.asked = [];
  window.reply = config.answer;
  window.mitate = {
    loader: Object.assign(state, { table: () => config.table, filled, elements, emit, read: (name) => config.live[name] }),
    refresh() {
      asked.push(JSON.parse(JSON.stringify(state.preview)));
      emit("asked");
      setTimeout(() => reply ? use(reply) :
        reply === undefined && emit("error", { code: "ask", error: new TypeError("Failed to fetch") }));
    },
  };
  if (config.asked !== null) emit("asked", undefined, config.asked);
  if (config.answer) use(config.answer, config.decided);
  for (const [type, detail, at] of config.events) emit(type, detail, at);
})"""


def labels(en: str, ja: str) -> dict[str, str]:
    return {"en": en, "ja": ja}


def step(experience: str, ending: str, result: bool | str, fact: str, value: object) -> Json:
    tree: Json = {"op": ">=", "pointer": "", "result": result, "reads": {fact: value}}
    return {
        "experience": experience,
        "ending": ending,
        "rule": {"result": result, "facts": {fact: value}, "tree": tree},
    }


def answer(*, minutes: float = 25) -> Json:
    """Give an answer to a preview: the hero has its variant, the shelf the page's own content."""
    now = time.time()
    return {
        "version": "0123456789abcdef",
        "page_view": None,
        "visitor": None,
        "purposes": ["necessary", "personalization", "analytics"],
        "decisions": {
            "hero": {
                "experience": "nurse-hero",
                "variant": "light",
                "reason": "SPLIT",
                "basis": "behavior",
                "text": "Shoes for the night shift",
            },
            "shelf": {"reason": "DEFAULT", "basis": "everyone"},
        },
        "preview": {
            "expires": now + 60 * minutes,
            "now": now,
            "timezone": "Asia/Tokyo",
            "visitor": None,
            "version": "0123456789abcdef",
            "problems": [],
            "audiences": [
                {"name": "nurses", "label": labels("interested in nurse shoes", "ナースシューズに関心"), "holds": True},
                {"name": "long-away", "label": labels("long away", "久しぶりの訪問"), "holds": None},
            ],
            "experiences": [
                {
                    "id": "nurse-hero",
                    "label": labels("Nurse", "ナース"),
                    "slots": ["hero"],
                    "status": "live",
                    "ending": "SPLIT",
                    "forced": None,
                    "schedule": None,
                    "variants": [
                        {"id": "page", "label": labels("As the page is", "元の内容")},
                        {"id": "light", "label": labels("Light soles", "軽いソール")},
                    ],
                },
                {
                    "id": "welcome-back",
                    "label": labels("Welcome back", "おかえりなさい"),
                    "slots": ["shelf"],
                    "status": "live",
                    "ending": "NO_MATCH",
                    "forced": None,
                    "schedule": None,
                    "variants": [{"id": "gift", "label": labels("A small gift", "小さな贈り物")}],
                },
            ],
            "slots": [
                {
                    "name": "hero",
                    "label": labels("Hero", "メインビジュアル"),
                    "selector": '[data-mitate="hero"]',
                    "reserve": "12rem",
                },
                {"name": "shelf", "label": labels("Shelf", "商品棚"), "selector": "#shelf", "reserve": "8rem"},
            ],
            "stories": {
                "hero": {
                    "slot": "hero",
                    "reason": "SPLIT",
                    "experience": "nurse-hero",
                    "variant": "light",
                    "why": labels(
                        'Shows "Nurse" because interest in nurse shoes is 62 (40 is needed). The A/B test drew the variant "Light soles".',
                        "ナースシューズへの関心度が62(基準40以上)のため、「ナース」を表示しています。A/Bテストのパターン「軽いソール」です。",
                    ),
                    "whole": {
                        "en": ['"Nurse" is shown because interest in nurse shoes is 62 (40 is needed).'],
                        "ja": ["「ナース」は、ナースシューズへの関心度が62のため、表示しています。"],
                    },
                    "steps": [step("nurse-hero", "SPLIT", True, "interests.nurse-shoes", 0.62)],
                },
                "shelf": {
                    "slot": "shelf",
                    "reason": "DEFAULT",
                    "experience": None,
                    "variant": None,
                    "why": labels(
                        "Default. Only 7 days since the last visit; 30 are needed.",
                        "標準表示です。前回の訪問から7日で、まだ30日たっていません。",
                    ),
                    "whole": {
                        "en": ['"Welcome back" would need time since the last visit at least 30 days (now 7 days).'],
                        "ja": ["「おかえりなさい」は、前回の訪問から30日以上(現在7日)なら一致します。"],
                    },
                    "steps": [step("welcome-back", "NO_MATCH", False, "visits.days_since_last", 7)],
                },
            },
        },
    }


def table() -> Json:
    return {
        "site": "shoes",
        "hash": "1a2b3c4d",
        "endpoint": "",
        "deadline": 300,
        "slots": [{"name": "hero", "reserve": "12rem"}, {"name": "shelf", "selector": "#shelf", "reserve": "8rem"}],
    }


class Stub:
    """What the page has: change it, then `open` it."""

    def __init__(self) -> None:
        self.answer: Json | None = answer()
        self.table = table()
        self.lang = "en"
        self.body = BODY
        self.style = STYLE
        self.script = ""
        """Runs after the loader and before the panel."""
        self.policy = ""
        self.preview: object = "TOKEN"
        self.asked: float | None = 20
        self.decided = 140
        self.events: list[tuple[str, object, float]] = []
        self.options: Json = {}
        self.panel = True

    @property
    def preview_answer(self) -> Json:
        """The answer's member `preview`, to be changed."""
        assert self.answer is not None
        found = self.answer["preview"]
        assert isinstance(found, dict)
        return found  # pyright: ignore[reportUnknownVariableType]

    def document(self) -> str:
        config = {
            "answer": self.answer,
            "table": self.table,
            "preview": self.preview,
            "asked": self.asked,
            "decided": self.decided,
            "events": self.events,
            "live": {},
            **self.options,
        }
        data = json.dumps(copy.deepcopy(config)).replace("<", "\\u003c")
        panel = '<script nonce="test" src="/panel.js"></script>' if self.panel else ""
        return (
            f'<!doctype html><html lang="{self.lang}"><head><meta charset="utf-8"><title>Shoes</title>'
            '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/page.css"></head>'
            f'<body>{self.body}<script nonce="test">{LOADER}({data});{self.script}</script>{panel}</body></html>'
        )

    def open(self, page: Page, path: str = "/") -> None:
        page.route(f"{ORIGIN}/**", self._answer)
        page.goto(ORIGIN + path)

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).split("?")[0].split("#")[0]
        if path == "/panel.js":
            route.fulfill(body=(STATIC / "panel.js").read_bytes(), content_type="text/javascript")
        elif path == "/page.css":
            route.fulfill(body=self.style, content_type="text/css")
        elif path == "/favicon.ico":
            route.fulfill(status=204)
        else:
            headers = {"Content-Security-Policy": self.policy} if self.policy else {}
            route.fulfill(body=self.document(), content_type="text/html; charset=utf-8", headers=headers)
