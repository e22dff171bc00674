"""What the start page says, in English and Japanese. One test checks that each is complete."""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["en", "ja"]

LANGUAGES: Final[dict[str, Language]] = {"en": "en", "ja": "ja"}

WORDS: Final[dict[str, dict[Language, str]]] = {
    "title": {"en": "mitate is running", "ja": "mitate は動作中です"},
    "lead": {
        "en": "It chooses what each visitor sees. This page is shown on this machine only.",
        "ja": "訪問者ごとに、ページの表示を選びます。このページは、このコンピューターにだけ表示されます。",
    },
    "lead-open": {
        "en": "It chooses what each visitor sees. This page is open to everyone who reaches this server.",
        "ja": "訪問者ごとに、ページの表示を選びます。このページは、サーバーに接続できる人すべてに表示されます。",
    },
    "other-language": {"en": "日本語", "ja": "English"},
    "serving": {"en": "Serving", "ja": "配信中"},
    "stale": {"en": "Last good version is serving", "ja": "直前の正常な版を配信中"},
    "version": {"en": "Version", "ja": "版"},
    "loaded": {"en": "Loaded", "ja": "読み込み"},
    "folder": {"en": "Folder", "ja": "フォルダー"},
    "problems": {
        "en": "The last change was not taken over. Correct this and save:",
        "ja": "最後の変更には誤りがあり、反映していません。直して保存してください。",
    },
    "hint": {"en": "Hint", "ja": "ヒント"},
    "numbers": {"en": "Since the start", "ja": "起動してから"},
    "decided": {"en": "pages answered", "ja": "表示の判定"},
    "recorded": {"en": "events recorded", "ja": "イベントの記録"},
    "faults": {"en": "faults", "ja": "エラー"},
    "reasons": {"en": "Why slots showed what they showed", "ja": "表示の理由"},
    "no-reasons": {
        "en": "No page has asked yet. Open the sample page, or paste the tag into yours.",
        "ja": "まだ判定はありません。サンプルページを開くか、タグをページに貼ってください。",
    },
    "fault-kinds": {"en": "Faults, counted (the log has the details)", "ja": "エラーの内訳(詳しくはログにあります)"},
    "misfits": {
        "en": "Values of these facts were not of the form declared, and counted as missing (the log says what was expected):",
        "ja": "次の項目は宣言された形と違う値が届いたため、不明として扱いました(正しい形はログにあります)。",
    },
    "unbelieved": {
        "en": "Pages sent these, which only a backend with the secret may say; they were ignored:",
        "ja": "次の項目はサーバー側(シークレット付き)からだけ受け付けます。ページから届いたものは使っていません。",
    },
    "distrusted": {
        "en": "Tokens that pages sent (of mitate.identify or a preview link) were ignored:",
        "ja": "ページから届いた次のトークン(mitate.identify またはプレビューリンク)は使っていません。",
    },
    "slots": {"en": "Slots", "ja": "表示枠"},
    "slot": {"en": "Slot", "ja": "表示枠"},
    "selector": {"en": "Where on the page", "ja": "ページ内の場所"},
    "experiences": {"en": "Experiences", "ja": "施策"},
    "in-order": {"en": "Filled by, in this order", "ja": "表示する施策(優先順)"},
    "no-experience": {"en": "the page’s own content", "ja": "標準表示のみ"},
    "paused": {"en": "paused", "ja": "停止中"},
    "draft": {"en": "draft", "ja": "下書き"},
    "about": {"en": "Set-up", "ja": "設定"},
    "consent": {"en": "Before a visitor chooses", "ja": "同意を選ぶ前"},
    "consent-denied": {
        "en": "nothing is stored; only the request itself is used",
        "ja": "何も保存せず、その場の情報だけを使います",
    },
    "consent-granted": {"en": "personalization and analytics are on", "ja": "パーソナライズと分析を行います"},
    "places": {"en": "Places", "ja": "場所の判定"},
    "places-country": {"en": "countries, built in; no city file", "ja": "国(内蔵データ)。都市データは未設定"},
    "places-city": {"en": "cities, from {file}", "ja": "都市まで({file})"},
    "stores": {"en": "Profiles and events", "ja": "プロファイルとイベント"},
    "stores-memory": {"en": "in memory only, lost at the end", "ja": "メモリーのみ(終了すると消えます)"},
    "origins": {"en": "Pages that may ask", "ja": "利用できるページ"},
    "no-origins": {"en": "only the sample page", "ja": "サンプルページのみ"},
    "secret": {"en": "Secret for backends", "ja": "サーバー側用シークレット"},
    "secret-set": {"en": "set", "ja": "設定済み"},
    "secret-none": {"en": "none: only pages can ask", "ja": "未設定(ページからの利用のみ)"},
    "proxy": {
        "en": "Requests arrive through {address}, which is not a trusted proxy, so every visitor’s place is unknown. If it is yours, start with MITATE_TRUSTED_PROXIES={address}.",
        "ja": "信頼していないプロキシ {address} を経由しているため、訪問者の場所がわかりません。自社のプロキシなら、MITATE_TRUSTED_PROXIES={address} を設定して起動してください。",
    },
    "refused": {
        "en": 'A page of {origin} asked and was refused. If it is yours, write <code>"origins": ["{origin}"]</code> in site.json of {site}.',
        "ja": '{origin} のページからの利用を断りました。自社のページなら、{site} の site.json に <code>"origins": ["{origin}"]</code> と書いてください。',
    },
    "workers": {
        "en": "{count} processes answer; the numbers on this page are those of one.",
        "ja": "{count}個のプロセスで動作しています。この画面の数値は、そのうちの1つのものです。",
    },
    "tag": {"en": "The tag for your page", "ja": "ページに貼るタグ"},
    "tag-lead": {
        "en": "Paste it into <head>, before style sheets. It hides nothing but the slots, and never longer than {deadline} ms.",
        "ja": "<head> 内の、スタイルシートより前に貼ってください。表示枠だけを、長くても{deadline}ミリ秒だけ隠します。",
    },
    "tag-command": {
        "en": "The same on the command line, with a nonce, SRI or blocking=render if you like:",
        "ja": "コマンドでも同じタグを出力できます。nonce、SRI、blocking=render も指定できます。",
    },
    "tag-old": {
        "en": "Pages carry an old tag ({hashes}; {count} times, the latest within an hour). Paste the new one: until then, new slots show only after the answer.",
        "ja": "古いタグのページがあります({hashes}、{count}回。最新は1時間以内)。新しいタグに貼り替えてください。それまで、新しい表示枠は判定が届いてから表示されます。",
    },
    "tag-slot": {
        "en": "Then mark each slot, with your own content in it:",
        "ja": "次に、表示枠に印を付けます。中身は標準表示です。",
    },
    "own-content": {"en": "your own content", "ja": "標準表示の内容"},
    "tag-csp": {"en": "With a Content-Security-Policy", "ja": "CSP(Content-Security-Policy)を使っている場合"},
    "tag-csp-lead": {
        "en": "Give the tag your page’s nonce, or allow it by its hash (which changes with the slots). Add this to your policy:",
        "ja": "タグにページの nonce を付けるか、ハッシュで許可してください(表示枠を変えるとハッシュも変わります)。ポリシーに次の指定を加えます。",
    },
    "tag-missing": {
        "en": "The browser script is not built; reinstall mitate.",
        "ja": "ブラウザー用スクリプトがありません。mitate を入れ直してください。",
    },
    "copy": {"en": "Copy", "ja": "コピー"},
    "copied": {"en": "Copied", "ja": "コピーしました"},
    "sample": {"en": "Open the sample page", "ja": "サンプルページを開く"},
    "preview": {"en": "Open with the preview panel", "ja": "プレビューパネル付きで開く"},
    "preview-title": {
        "en": "The panel says why each slot shows what it shows, and lets you be another visitor. It is counted nowhere.",
        "ja": "表示の理由を表示枠ごとに確認でき、別の訪問者としても試せます。集計には含みません。",
    },
    "next": {"en": "Next steps", "ja": "次にすること"},
    "next-edit": {
        "en": "Change a block or a rule in <code>{folder}</code> and save: it serves at once, or this page says what to correct.",
        "ja": "<code>{folder}</code> のコンテンツや条件を変えて保存すると、すぐに反映されます。誤りがあれば、この画面に表示します。",
    },
    "next-origin": {
        "en": 'Let your own pages ask, on this machine too: <code>"origins": ["http://localhost:3000", "https://shop.example"]</code> in <code>site.json</code>.',
        "ja": '<code>site.json</code> に <code>"origins": ["http://localhost:3000", "https://shop.example"]</code> と書き、自社のページから使えるようにします(このコンピューターのページも同じです)。',
    },
    "next-explain": {"en": "Ask why a visitor sees what they see:", "ja": "ある訪問者の表示の理由を調べます。"},
    "next-explain-visitor": {"en": "iPhone in Osaka, 23:10, third visit", "ja": "大阪・iPhone・23:10・3回目"},
    "next-preview": {
        "en": "See the same on your own page, and try another visitor there: this prints a link, which is counted nowhere.",
        "ja": "自社のページの上で表示の理由を確認し、別の訪問者としても試せるリンクを出力します(集計には含みません)。",
    },
    "next-check": {
        "en": "Check the folder before you publish it (also in CI):",
        "ja": "公開の前に確認します(CIでも使えます)。",
    },
    "reason-TARGETING_MATCH": {"en": "Matched its conditions", "ja": "条件に一致"},
    "reason-SPLIT": {"en": "Split of an experiment", "ja": "A/Bテストの振り分け"},
    "reason-DEFAULT": {"en": "Default: no experience matched", "ja": "標準表示(一致する施策なし)"},
    "reason-DISABLED": {"en": "Paused", "ja": "停止中"},
    "reason-ERROR": {"en": "Default, because of a fault", "ja": "エラーのため標準表示"},
    "reason-HOLDOUT": {"en": "Default, for comparison", "ja": "比較グループのため標準表示"},
    "reason-CONSENT": {"en": "Default, before consent", "ja": "同意前のため標準表示"},
    "reason-CAPPED": {"en": "Shown often enough", "ja": "表示回数の上限"},
    "reason-SUPPRESSED": {"en": "Kept out by a condition", "ja": "除外条件に一致"},
    "reason-BOT": {"en": "A crawler", "ja": "ロボットのため標準表示"},
    "reason-PREVIEW": {"en": "Preview", "ja": "プレビュー"},
}


def choose_language(wanted: str | None, accept: str) -> Language:
    """Give the page's language: what the address asks for, else the first of ours in Accept-Language."""
    if wanted in LANGUAGES:
        return LANGUAGES[wanted]
    ranked: list[tuple[float, int, Language]] = []
    for position, part in enumerate(accept.split(",")):
        name, _, parameters = part.strip().lower().partition(";")
        quality = parameters.strip().removeprefix("q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        language = LANGUAGES.get(name.split("-")[0])
        if weight > 0 and language is not None:
            ranked.append((-weight, position, language))
    return min(ranked)[2] if ranked else "en"
