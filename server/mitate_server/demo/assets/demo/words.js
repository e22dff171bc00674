// What the bar says, in both languages.
export const COUNTRIES = [
  ["JP", "日本", "Japan", "Asia/Tokyo"], ["SG", "シンガポール", "Singapore", "Asia/Singapore"], ["KR", "韓国", "South Korea", "Asia/Seoul"], ["TW", "台湾", "Taiwan", "Asia/Taipei"],
  ["US", "アメリカ", "United States", "America/New_York"], ["GB", "イギリス", "United Kingdom", "Europe/London"], ["DE", "ドイツ", "Germany", "Europe/Berlin"], ["FR", "フランス", "France", "Europe/Paris"],
  ["IN", "インド", "India", "Asia/Kolkata"], ["AU", "オーストラリア", "Australia", "Australia/Sydney"], ["", "不明", "Unknown", "Asia/Tokyo"],
];
export const NETWORKS = [
  ["", "企業は不明", "No company"], ["203.0.113.25", "青葉銀行(金融・4,200名)", "Aoba Bank (finance, 4,200)"], ["198.51.100.10", "みなと部品(製造・320名)", "Minato Parts (manufacturing, 320)"],
  ["198.51.100.70", "さくら総合病院(850名)", "Sakura Hospital (850)"], ["198.51.100.100", "みどり市役所(1,100名)", "Midori City Hall (1,100)"],
  ["192.0.2.10", "範囲が広い(確度0.4)", "A wide range (confidence 0.4)"], ["192.0.2.140", "クラウド事業者", "A hosting provider"], ["192.0.2.200", "VPN", "A VPN"],
];
export const words = {
  ja: {
    bar: "訪問者バー", who: "だれが訪れたか", compare: "2人を並べて比べる(A|B)", sides: (letter) => `訪問者${letter}`, same: "同じ", differs: "異なる", back: "訪問者バーに戻る", shown: "いまの表示", time: "時間を進める", finer: "細かく変える", why: "なぜ?", chips: "なぜこの表示か", default: "標準表示", own: "自分で設定した訪問者", open: "訪問者を変える", close: "閉じる", version: "公開中の版",
    shoes: "靴店", nagare: "ナガレ", widths: "画面の幅", desktop: "PC", phone: "スマホ", theme: "配色", auto: "自動", light: "明", dark: "暗", language: "言語",
    interest: (topic) => `「${topic}」への関心度`, needed: (bound) => `基準 ${bound}`, lost: (day) => (day > 1 ? `あと${day - 1}日は基準以上` : "明日には基準を下回る"), sixty: "60日先まで", travel: "訪問した日からの経過", days: (count) => `${count}日後`, dayLess: "1日戻す", dayMore: "1日進める",
    fades: (topic, score, bound, day) => `「${topic}」への関心度は${score}${bound === null ? "" : `、基準は${bound}`}${day > 0 ? `。${day}日後に基準を下回ります` : ""}`,
    place: "場所・時刻・端末", past: "これまでの訪問", source: "流入元", company: "企業と契約", trust: "同意・比較グループ・サーバー",
    country: "国", ip: "IPアドレス", clock: "現地の時刻", device: "端末", "device-phone": "スマートフォン", "device-tablet": "タブレット", "device-desktop": "パソコン", "device-bot": "検索ロボット",
    network: "回線", link: "署名付きリンク", none: "なし", aoba: "青葉銀行", minato: "みなと部品", status: "契約", unknown: "不明", prospect: "未契約", customer: "契約中(Standard)", persona: "役割", it: "情シス", management: "経営・管理職", user: "利用者",
    visits: "訪問回数", away: "前回の訪問", viewed: (topic) => `${topic}の閲覧`, viewedAgo: "その時期", purchase: "ナースシューズの購入", boughtAgo: (days) => `${days}日前に購入`, times: (count) => `${count}回`, ago: (days) => `${days}日前`,
    term: "広告の検索語", campaign: "キャンペーン", referrer: "参照元URL",
    consent: "同意", "consent-granted": "同意した", "consent-denied": "拒否した", "consent-unset": "まだ選んでいない", gpc: "GPC(追跡拒否)", group: "振り分け", "group-auto": "抽選どおり", "group-treatment": "出し分けあり", "group-holdout": "比較グループ", server: "サーバー", "server-up": "動作中", "server-slow": "遅い(2秒)", "server-down": "停止",
    readers: "読む人", "tab-marketer": "担当者向け", "tab-developer": "開発者向け", "tab-visitor": "訪問者向け", "tab-network": "通信", "tab-code": "コード",
    copy: "コピー", search: "社名とIPレンジを探す", where: "ブラウザーに届いたもの", "column-name": "社名", "column-domain": "ドメイン", "column-cidr": "IPレンジ", "where-answer": "サーバーの返答", "where-script": "スクリプト", "where-page": "ページ", hits: (count) => `${count}件`, characters: "文字", noAnswer: "返答はありません", nothingChosen: "この枠は、だれにでも同じ内容を表示しています。", aboutLink: "この表示について",
  },
  en: {
    bar: "Visitor bar", who: "Who is visiting", compare: "Compare two visitors, A | B", sides: (letter) => `Visitor ${letter}`, same: "same", differs: "differs", back: "Back to the visitor bar", shown: "What is shown", time: "Travel in time", finer: "Change details", why: "Why?", chips: "Why this is shown", default: "Default content", own: "A visitor of your own", open: "Change visitor", close: "Close", version: "Serving version",
    shoes: "Shoes", nagare: "Nagare", widths: "Width", desktop: "PC", phone: "Phone", theme: "Colours", auto: "Auto", light: "Light", dark: "Dark", language: "Language",
    interest: (topic) => `Interest in ${topic}`, needed: (bound) => `needs ${bound}`, lost: (day) => (day > 1 ? `reached for ${day - 1} more day${day > 2 ? "s" : ""}` : "missed tomorrow"), sixty: "the next 60 days", travel: "Days later", days: (count) => `${count} day${count === 1 ? "" : "s"}`, dayLess: "A day earlier", dayMore: "A day later",
    fades: (topic, score, bound, day) => `Interest in ${topic} is ${score}${bound === null ? "" : `, ${bound} is needed`}${day > 0 ? `; below it in ${day} days` : ""}`,
    place: "Place, time, device", past: "Visits so far", source: "Where they came from", company: "Company and contract", trust: "Consent, comparison group, server",
    country: "Country", ip: "IP address", clock: "Local time", device: "Device", "device-phone": "Phone", "device-tablet": "Tablet", "device-desktop": "Computer", "device-bot": "Search robot",
    network: "Network", link: "Signed link", none: "None", aoba: "Aoba Bank", minato: "Minato Parts", status: "Contract", unknown: "Unknown", prospect: "Prospect", customer: "Customer (Standard)", persona: "Role", it: "IT", management: "Management", user: "User",
    visits: "Visit number", away: "Last visit", viewed: (topic) => `Views of ${topic}`, viewedAgo: "How long ago", purchase: "Nurse shoes bought", boughtAgo: (days) => `${days} days ago`, times: (count) => `${count}×`, ago: (count) => `${count} d ago`,
    term: "Ad's search words", campaign: "Campaign", referrer: "Referrer",
    consent: "Consent", "consent-granted": "Given", "consent-denied": "Refused", "consent-unset": "Not chosen yet", gpc: "GPC (do not track)", group: "Split", "group-auto": "As drawn", "group-treatment": "Treatment", "group-holdout": "Comparison group", server: "Server", "server-up": "Running", "server-slow": "Slow (2 s)", "server-down": "Down",
    readers: "Readers", "tab-marketer": "Marketer", "tab-developer": "Developer", "tab-visitor": "Visitor", "tab-network": "Network", "tab-code": "Code",
    copy: "Copy", search: "Search for company names and ranges", where: "What reached the browser", "column-name": "Names", "column-domain": "Domains", "column-cidr": "Ranges", "where-answer": "The answer", "where-script": "Scripts", "where-page": "The page", hits: (count) => `${count} hits`, characters: "characters", noAnswer: "There is no answer", nothingChosen: "Everyone sees the same here.", aboutLink: "About this display",
  },
};
