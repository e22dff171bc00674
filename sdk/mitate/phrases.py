"""What stories say, in English and Japanese: one row for each thing that can be said."""

from __future__ import annotations

from typing import Final

PHRASES: Final[dict[str, dict[str, str]]] = {
    "default": {"en": "Default.", "ja": "標準表示です。"},
    "matched": {"en": 'Shows "{label}" because {because}.', "ja": "{because}、「{label}」を表示しています。"},
    "matched-everyone": {"en": 'Shows "{label}" to everyone.', "ja": "「{label}」をすべての方に表示しています。"},
    "keeps-page": {
        "en": 'Default. "{label}" matches because {because}, and this arm of the A/B test keeps the page\'s own content.',
        "ja": "{because}、「{label}」の条件に一致しました。A/Bテストで元の内容のままのパターンに入っています。",
    },
    "split": {"en": 'The A/B test drew the variant "{variant}".', "ja": "A/Bテストのパターン「{variant}」です。"},
    "split-account": {
        "en": "Everyone of one company sees the same variant.",
        "ja": "同じ企業の訪問者は全員同じパターンになります(振り分け単位:企業)。",
    },
    "also": {"en": '"{label}" matches too but is later.', "ja": "「{label}」にも一致しますが、優先順位が後です。"},
    "whole-shown": {"en": '"{label}" is shown because {because}.', "ja": "「{label}」は、{because}、表示しています。"},
    "whole-everyone": {"en": '"{label}" is shown to everyone.', "ja": "「{label}」は、すべての方に表示しています。"},
    "whole-page": {
        "en": '"{label}" matches because {because}; its A/B test keeps the page\'s own content here.',
        "ja": "「{label}」は、{because}、条件に一致しました。A/Bテストで元の内容のままです。",
    },
    "whole-holdout": {
        "en": '"{label}" matches, but this visitor is in its comparison group.',
        "ja": "「{label}」は、条件に一致しましたが、比較グループのため表示していません。",
    },
    "whole-layer": {
        "en": '"{label}" matches, but this visitor belongs to another experience of the same group.',
        "ja": "「{label}」は、条件に一致しましたが、同じグループの別の施策に振り分けられています。",
    },
    "whole-consent": {
        "en": '"{label}" waits for consent; until then it does not use: {facts}.',
        "ja": "「{label}」は、同意前のため判断していません(未使用:{facts})。",
    },
    "whole-live": {
        "en": '"{label}" depends on what happens on the page.',
        "ja": "「{label}」は、このページでの動きを見て決まります。",
    },
    "waits": {"en": '"{label}" waits for {wish}.', "ja": "「{label}」は、{wish}を待っています。"},
    "waits-held-out": {
        "en": "{waits} This visitor is in its comparison group, so the page then stays as it is.",
        "ja": "{waits}この訪問者は比較グループのため、そのあとも元の内容のままです。",
    },
    "waits-more": {"en": "Others that wait for the page: {n}.", "ja": "ほか{n}件の施策が、このページでの動きを待っています。"},
    "untold-carries": {
        "en": '"{label}" never shows: the page would have to be told about the visitor ({facts}) to wait for it. Compare what happens in the page with numbers written in the rule.',
        "ja": "「{label}」は表示できません。ページに訪問者データ({facts})を渡さないと判定できない条件です。ページ上の動きは、条件に書いた数値と比べてください。",
    },
    "untold-lists": {
        "en": '"{label}" never shows: the page would have to be told a list to wait for it. Keep lists and what happens in the page in separate conditions.',
        "ja": "「{label}」は表示できません。ページにリストを渡さないと判定できない条件です。リストの条件とページ上の動きの条件を分けてください。",
    },
    "untold-operators": {
        "en": '"{label}" never shows: a page only compares what happens in it ({facts}) with ==, !=, <, <=, >, >=, and, or, !, if. Write its condition with these.',
        "ja": "「{label}」は表示できません。ページ上の動き({facts})の条件に使えるのは ==、!=、<、<=、>、>=、and、or、!、if だけです。これらで書き直してください。",
    },
    "untold-reads": {
        "en": '"{label}" never shows: its condition on the page also asks what a page can\'t know ({facts}). Ask that in a condition of its own.',
        "ja": "「{label}」は表示できません。ページ上ではわからない訪問者データ({facts})を使う条件です。別の条件に分けてください。",
    },
    "whole-views": {
        "en": '"{label}" would need {views} of {topic}.',
        "ja": "「{label}」は、{topic}を{views}回見ると表示されます。",
    },
    "whole-company": {"en": '"{label}" would need a known company.', "ja": "「{label}」は、企業が判明した訪問が対象です。"},
    "whole-visit": {"en": '"{label}" would need a visit {change}.', "ja": "「{label}」は、{change}なら一致します。"},
    "whole-needs": {"en": '"{label}" would need {change}.', "ja": "「{label}」は、{change}なら一致します。"},
    "whole-fails": {"en": '"{label}" does not match: {sentence}', "ja": "「{label}」は対象外です。{sentence}"},
    "not-first": {"en": 'Not "{label}": {because}.', "ja": "{because}。このため「{label}」の対象外です。"},
    "holdout": {
        "en": 'Default. "{label}" matches because {because}, but this visitor is in the comparison group that measures the effect.',
        "ja": "{because}、「{label}」の条件には一致しましたが、効果を測るための比較グループのため標準表示です。",
    },
    "holdout-site": {
        "en": "Default everywhere: this visitor is in the site's comparison group, which measures the effect.",
        "ja": "サイト全体の効果を測るための比較グループのため、すべて標準表示です。",
    },
    "bot": {"en": "Default, because this is a crawler. It is not counted.", "ja": "ロボットのため標準表示です。集計に含みません。"},
    "error": {
        "en": "Default, because of a fault on our side. The page goes on; the log says more.",
        "ja": "エラーのため標準表示です。ページは止まりません。詳しくはログをご覧ください。",
    },
    "consent": {"en": "Before consent, these are not used: {facts}.", "ja": "同意前のため、{facts}は使っていません。"},
    "more": {"en": "{n} more", "ja": "ほか{n}件"},
    "consent-memory": {
        "en": '"{label}" needs to remember the visitor, which waits for consent.',
        "ja": "「{label}」には訪問者の記録が必要ですが、同意前のため何も保存していません。",
    },
    "gpc": {
        "en": "The browser asks not to be tracked (GPC), so history is not used.",
        "ja": "ブラウザーが追跡拒否(GPC)を送っているため、閲覧履歴を使っていません。",
    },
    "nothing-stored": {
        "en": "Before consent, no history is used and nothing is stored.",
        "ja": "同意前のため、閲覧履歴は使わず、何も保存していません。",
    },
    "capped": {
        "en": '"{label}" matches but was seen often enough (at most {max} per {per}).',
        "ja": "「{label}」の条件に一致しましたが、表示回数の上限({per}{max}回)に達したため表示していません。",
    },
    "capped-live": {
        "en": '"{label}" was seen often enough (at most {max} per {per}).',
        "ja": "「{label}」は、表示回数の上限({per}{max}回)に達したため表示していません。",
    },
    "dismissed": {"en": '"{label}" was dismissed by this visitor.', "ja": "「{label}」は、訪問者が閉じたため表示していません。"},
    "paused-live": {"en": '"{label}" is paused.', "ja": "「{label}」は、停止中です。"},
    "schedule-live": {
        "en": 'The schedule of "{label}" is not running now.',
        "ja": "「{label}」は、掲載期間外です。",
    },
    "suppressed": {"en": '"{label}" is left out because {because}.', "ja": "{because}、「{label}」は表示しません(除外条件)。"},
    "paused": {"en": '"{label}" matches but is paused.', "ja": "「{label}」の条件に一致しましたが、停止中です。"},
    "draft": {"en": '"{label}" matches but is a draft.', "ja": "「{label}」の条件に一致しましたが、下書きです。"},
    "schedule": {
        "en": '"{label}" matches but its schedule is not running now.',
        "ja": "「{label}」の条件に一致しましたが、掲載期間外です。",
    },
    "first-visit": {"en": "First visit, no interests yet.", "ja": "はじめての訪問で、関心の記録がまだありません。"},
    "company-unknown": {
        "en": "Company unknown, so no condition on industry or size matches.",
        "ja": "企業がわからないため、業種や従業員数などの条件には一致させていません。",
    },
    "company-provider": {
        "en": "The address belongs to a {kind}, which is not taken for the visitor's company.",
        "ja": "{kind}の回線のため、企業とはみなしていません。",
    },
    "views-needed": {
        "en": '{views} of {topic} would switch this to "{label}".',
        "ja": "{topic}を{views}回見ると「{label}」に切り替わります。",
    },
    "one-view": {"en": "One more view", "ja": "あと1"},
    "views": {"en": "{n} views", "ja": "{n}"},
    "days-left": {
        "en": "Without new views it changes back in {n} days.",
        "ja": "新たな閲覧がなければ、あと{n}日で切り替わります。",
    },
    "days-left-one": {
        "en": "Without new views it changes back within a day.",
        "ja": "新たな閲覧がなければ、1日以内に切り替わります。",
    },
    "tree-page": {"en": "the page as it is", "ja": "標準表示"},
    "tree-later": {"en": "not asked: every slot was taken", "ja": "評価していません(表示枠はすべて決まっています)"},
    "tree-waits": {"en": "waits in the page", "ja": "ページで判定"},
    "tree-untold": {"en": "can't be told to a page", "ja": "ページに渡せません"},
    "tree-missed": {"en": "doesn't match", "ja": "条件に一致しません"},
    "about-behavior": {
        "en": "Chosen from what you looked at on this site.",
        "ja": "このサイトでご覧になったものをもとに選んでいます。",
    },
    "about-stated": {
        "en": "Chosen from what you told us.",
        "ja": "お客さまから伺った内容をもとに選んでいます。",
    },
    "about-situation": {
        "en": "Chosen to fit the place, time, device or link you came with. Nothing about you is stored for it.",
        "ja": "アクセスされた場所・時間・端末・リンクに合わせて表示しています。このための記録は保存していません。",
    },
    "about-account": {
        "en": "A case from your industry. We have not identified you.",
        "ja": "お客さまの業種に合わせた事例を表示しています。社名や個人は特定していません。",
    },
    "about-named": {
        "en": "Shown because you came by a log-in, an e-mail or a link of your company.",
        "ja": "お客さまの会社のログイン・メール・リンクから来られたため表示しています。",
    },
    "about-off": {
        "en": "You can turn this off at any time where you gave your consent.",
        "ja": "同意の設定で、いつでも止められます。",
    },
    "about-change": {
        "en": "You can change or take back what you said at any time.",
        "ja": "伺った内容は、いつでも変更・取り消しできます。",
    },
    "about-everyone": {"en": "Everyone sees this.", "ja": "どなたにも同じ内容を表示しています。"},
}  # fmt: skip

PERIODS: Final[dict[str, dict[str, str]]] = {
    "visit": {"en": "visit", "ja": "1回の訪問につき"},
    "day": {"en": "day", "ja": "1日"},
    "week": {"en": "week", "ja": "1週間"},
    "lifetime": {"en": "visitor", "ja": "通算"},
}

WAITS: Final[dict[str, dict[str, str]]] = {
    "en": {
        ">=": "{f} to reach {v}",
        ">": "{f} to pass {v}",
        "<=": "{f} to stay at {v} or below",
        "<": "{f} to stay below {v}",
        "==": "{f} to be exactly {v}",
        "!=": "{f} not to be {v}",
        "no": "no {f}",
        "and": "{first} and {last}",
        "or": "{first} or {last}",
        "and within": "({c})",
        "or within": "either {c}",
        "comma": ", ",
    },
    "ja": {
        ">=": "{f}が{v}以上になること",
        ">": "{f}が{v}を超えること",
        "<=": "{f}が{v}以下であること",
        "<": "{f}が{v}未満であること",
        "==": "{f}がちょうど{v}であること",
        "!=": "{f}が{v}以外であること",
        "no": "{f}がないこと",
        "and": "{first}、かつ{last}",
        "or": "{first}または{last}",
        "and within": "({c})",
        "or within": "({c})",
        "comma": "、",
    },
}
"""What something in the page is waited for: {f} is a fact, {v} the value it is compared with."""


def say(name: str, language: str, **values: object) -> str:
    """Fill one phrase; a language that isn't here is told in English."""
    row = PHRASES[name]
    return row.get(language.split("-")[0], row["en"]).format(**values)
