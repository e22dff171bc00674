// What the panel says, in English and Japanese.
import type { Labels, Language } from "./types";

const WORDS = {
  "preview": ["Preview", "プレビュー"],
  "uncounted": ["not counted", "集計対象外"],
  "ends": ["ends at {time}", "{time}まで"],
  "ended": ["ended", "期限切れ"],
  "panel": ["mitate preview", "mitate プレビュー"],
  "open": ["Open the preview panel", "プレビューの詳細を開く"],
  "close": ["Close", "閉じる"],
  "move": ["Move to the other side", "反対側に移動"],
  "language": ["日本語", "English"],
  "lead": ["Nothing you do here is counted or remembered.", "ここでの操作は集計にも記録にも残りません。"],
  "asking": ["Asking again …", "問い合わせ中…"],
  "followed": ["The page has followed.", "ページに反映しました。"],
  "not-followed": ["No answer; the page is as it was.", "応答がないため、ページは変わっていません。"],
  "as-if": ["Shown as if", "この条件で表示中"],
  "reset": ["Reset", "元に戻す"],
  "end": ["End preview", "プレビューを終了"],
  "checks": ["Check", "確認"],
  "slots": ["Slots", "表示枠"],
  "try": ["Try", "試す"],
  "times": ["Timing", "時間"],
  "problem": ["1 thing to look at", "確認が必要な項目:1件"],
  "problems": ["{n} things to look at", "確認が必要な項目:{n}件"],
  "notes": ["Good to know", "参考"],
  "fine": ["Nothing to complain about.", "問題は見つかりませんでした。"],
  "fine-more": [
    "Every slot of this page got its answer in time, and nothing was refused.",
    "このページの表示枠はすべて時間内に決まり、拒否されたものもありません。",
  ],
  "whole-page": ["The page", "ページ全体"],
  "no-answer-yet": [
    "The server has not answered yet, so nothing is known of the slots.",
    "サーバーの応答がまだないため、表示枠の情報はありません。",
  ],
  "no-slots": ["The site has no slots.", "表示枠がありません。"],
  "own": ["The page's own content", "標準表示"],
  "elsewhere": ["Not on this page", "このページにはありません"],
  "elements": ["{n} elements", "{n}か所"],
  "scroll": ["Scroll to it", "この場所へ移動"],
  "whole": ["Every experience, and what it would need", "すべての施策と、あと何が変われば"],
  "developer": ["For developers", "開発者向け"],
  "selector": ["Selector", "セレクター"],
  "reserve": ["Reserved height", "確保した高さ"],
  "none": ["none", "なし"],
  "live": ["live: may change while somebody looks", "live:閲覧中にも変わります"],
  "shadow": ["in a shadow root", "shadow root 内に表示"],
  "basis": ["Basis", "根拠"],
  "filled": ["Filled {ms} ms after the page began", "ページ開始から{ms}ミリ秒で表示"],
  "visitor": ["Visitor, in words", "訪問者(言葉で)"],
  "visitor-hint": [
    "A device, a place, a time, how many visits … Empty for yourself.",
    "端末・場所・時刻・訪問回数など。空欄ならご自身です。",
  ],
  "examples": ["Examples", "例"],
  "show": ["Show", "表示"],
  "when": ["Time", "日時"],
  "when-hint": ["On the site's clock ({zone}).", "サイトの時刻({zone})です。"],
  "when-hint-plain": ["On the site's clock.", "サイトの時刻です。"],
  "now": ["Now", "現在"],
  "consent": ["Consent", "同意"],
  "as-decided": ["As decided", "判定どおり"],
  "given": ["Given", "同意あり"],
  "not-given": ["Not given", "同意なし"],
  "audiences": ["Audiences", "セグメント"],
  "holds": ["Holds", "該当"],
  "fails": ["Doesn't hold", "非該当"],
  "now-holds": ["holds now", "現在:該当"],
  "now-fails": ["doesn't hold now", "現在:非該当"],
  "now-unknown": ["not known now", "現在:不明"],
  "experiences": ["Experiences", "施策"],
  "no-audiences": ["The site has no audiences.", "セグメントがありません。"],
  "no-experiences": ["The site has no experiences.", "施策がありません。"],
  "is-paused": ["paused", "停止中"],
  "is-draft": ["draft", "下書き"],
  "asked": ["Asked", "問い合わせ"],
  "answered": ["Answered", "応答"],
  "after": ["after {ms} ms", "{ms}ミリ秒後"],
  "at": ["at {ms} ms", "{ms}ミリ秒"],
  "came-late": ["too late, after {ms} ms", "間に合わず({ms}ミリ秒後)"],
  "deadline": ["Deadline", "期限"],
  "within": ["{ms} ms", "{ms}ミリ秒"],
  "preview-took": ["Made for this preview alone", "プレビューの作成時間"],
  "source": ["Answer from", "応答元"],
  "from-network": ["the network", "ネットワーク"],
  "from-device": ["this device (kept from an earlier visit)", "この端末(前回の保存分)"],
  "from-page": ["the page itself", "ページ内"],
  "from-nowhere": ["nowhere yet", "まだありません"],
  "since": ["Milliseconds since the page began.", "ページ開始からのミリ秒です。"],
  "version": ["Version of the site", "サイトの版"],
  "table": ["Slot table of the tag", "タグの表示枠一覧"],
  "purposes": ["Granted", "同意の範囲"],
  "purpose-necessary": ["necessary", "必須"],
  "purpose-personalization": ["personalization", "パーソナライズ"],
  "purpose-analytics": ["analytics", "分析"],
  "happened": ["What happened", "経過"],
  "waits": ["Waiting for something on the page", "このページでの動きを待っている施策"],
  "no-waits": ["Nothing waits for what happens on this page.", "このページでの動きを待っている施策はありません。"],
  "waits-for": ["when {rule}", "条件:{rule}"],
  "facts": ["On this page now", "このページの現在の値"],
  "and": ["{a} and {b}", "{a}、かつ {b}"],
  "or": ["{a} or {b}", "{a}、または {b}"],
  "not": ["not ({a})", "「{a}」ではない"],
  "at-least": ["{f} is at least {v}", "{f}が{v}以上"],
  "more": ["{f} is above {v}", "{f}が{v}より大きい"],
  "at-most": ["{f} is at most {v}", "{f}が{v}以下"],
  "less": ["{f} is below {v}", "{f}が{v}未満"],
  "is": ["{f} is {v}", "{f}が{v}"],
  "is-not": ["{f} is not {v}", "{f}が{v}以外"],
  "live.scroll": ["scrolled (%)", "スクロール(%)"],
  "live.seconds": ["seconds on the page", "閲覧時間(秒)"],
  "live.idle": ["seconds without any action", "操作のない時間(秒)"],
  "live.exit_intent": ["about to leave", "離脱の動き"],
  "live.rage_click": ["clicked again and again", "連続クリック"],
  "live.form_abandon": ["left a form unfinished", "フォームの中断"],
  "live.visible": ["{name} in sight", "{name}が画面内"],
  "live.clicked": ["{name} clicked", "{name}をクリック"],
  "live.event": ["event {name}", "イベント {name}"],
  "event-ready": ["ready", "準備完了"],
  "event-asked": ["asked the server", "サーバーに問い合わせ"],
  "event-decided": ["decided", "表示を決定"],
  "event-applied": ["filled", "表示を反映"],
  "event-late": ["answer too late", "応答が期限後"],
  "event-error": ["error", "エラー"],
  "event-exposed": ["seen", "表示を確認"],
  "event-event": ["event, not counted", "イベント(集計対象外)"],
  "yes": ["yes", "はい"],
  "no": ["no", "いいえ"],
  "TARGETING_MATCH": ["Matched its conditions", "条件に一致"],
  "SPLIT": ["Split of an A/B test", "A/Bテストの振り分け"],
  "DEFAULT": ["Default: no experience matched", "標準表示(一致する施策なし)"],
  "DISABLED": ["Paused, or outside its schedule", "停止中・掲載期間外"],
  "ERROR": ["Default, because of a fault", "エラーのため標準表示"],
  "HOLDOUT": ["Default, for comparison", "比較グループのため標準表示"],
  "CONSENT": ["Default, before consent", "同意前のため標準表示"],
  "CAPPED": ["Shown often enough", "表示回数の上限"],
  "SUPPRESSED": ["Kept out by a condition", "除外条件に一致"],
  "BOT": ["A crawler", "ロボットのため標準表示"],
  "PREVIEW": ["Chosen in this preview", "プレビューで選択"],
  "NO_MATCH": ["Doesn't match", "条件に一致しません"],
  "LIVE": ["Waits for something on the page", "このページでの動きを待っています"],
  "later": ["Not asked: every slot was taken", "評価なし(表示枠はすべて決定済み)"],

  "w-ended": [
    "This preview has ended, so what you change here has no effect: open it anew from the start page, or make a new link with \"mitate preview\".",
    "プレビューの期限が切れたため、ここでの変更は反映されません。スタートページから開き直すか、「mitate preview」で新しいリンクを作成してください。",
  ],
  "w-missing": [
    "Nothing on this page matches {selector}, so \"{what}\" cannot be shown: correct the slot's selector, or add the element.",
    "{selector} に一致する要素がないため「{what}」を表示できません。表示枠のセレクターを直すか、要素を追加してください。",
  ],
  "w-elsewhere": [
    "Not on this page, and nothing would be shown there for this visitor: {slots}.",
    "このページにない表示枠です(この訪問者への表示もありません):{slots}",
  ],
  "w-selector": [
    "The selector {selector} is not valid, so the slot is never found: correct it in the document.",
    "セレクター {selector} は正しくないため、表示枠が見つかりません。設定を直してください。",
  ],
  "w-unseen": [
    "It is filled but takes no room on the page, so nobody can see it: look for display: none in the page's styles.",
    "表示を反映しましたが、ページ上で大きさがないため見えません。ページ側の display: none を確認してください。",
  ],
  "w-slow-element": [
    "The element appeared {ms} ms after the decision was in use and may have been seen, so it kept its own content: have it in the HTML earlier, or declare the slot \"live\".",
    "表示の決定から{ms}ミリ秒後に要素が現れ、すでに見られた可能性があるため標準表示のままです。要素を早く出力するか、表示枠を「live」にしてください。",
  ],
  "w-not-swapped": [
    "The decision came when visitors could already see the element, so it kept its own content: declare the slot \"live\" if it may change before their eyes.",
    "決定したときには要素が見えていたため、標準表示のままです。閲覧中に変わってもよい場所なら、表示枠を「live」にしてください。",
  ],
  "w-late": [
    "The answer came {by} ms after the deadline of {deadline} ms, not counting what only a preview takes, so the page kept its own content: if that stays, bring the server closer, decide in the backend, or raise the deadline.",
    "応答が期限({deadline}ミリ秒)より{by}ミリ秒遅れたため(プレビューだけにかかる時間を除く)、標準表示のままにしました。続く場合は、サーバーを近くに置くか、バックエンドで判定するか、期限を延ばしてください。",
  ],
  "w-late-preview": [
    "The preview came {by} ms after the deadline of {deadline} ms, and the page asked again: making it took {took} ms, which no visitor waits for.",
    "プレビューの応答が期限({deadline}ミリ秒)より{by}ミリ秒遅れたため、問い合わせ直しました。作成にかかった{took}ミリ秒は、通常の訪問者への応答にはかかりません。",
  ],
  "w-reserve": [
    "No height is reserved, so the page below may jump when it is filled: give the slot \"reserve\": \"{height}px\", which is what it takes now.",
    "高さを確保していないため、表示の反映時に下の内容がずれることがあります。表示枠に \"reserve\": \"{height}px\"(現在の高さ)を指定してください。",
  ],
  "w-paused": [
    "\"{label}\" is paused, so no visitor sees it: set its status to \"live\" when they should.",
    "「{label}」は停止中のため、訪問者には表示されません。表示するには status を「live」にしてください。",
  ],
  "w-draft": [
    "\"{label}\" is a draft, so no visitor sees it: set its status to \"live\" when it is ready.",
    "「{label}」は下書きのため、訪問者には表示されません。準備ができたら status を「live」にしてください。",
  ],
  "w-schedule": [
    "\"{label}\" is outside its schedule{schedule}, so no visitor sees it now: change the schedule, or choose another time under \"Try\".",
    "「{label}」は掲載期間外{schedule}のため、いまは表示されません。掲載期間を変えるか、「試す」で日時を変えてください。",
  ],
  "w-consent": [
    "Without consent to personalization, {labels} cannot be decided: choose \"Consent: given\" under \"Try\" to see it, and check that the page's banner calls mitate.consent().",
    "パーソナライズへの同意がないため {labels} を判定していません。「試す」で「同意あり」を選ぶと確認できます。同意バナーが mitate.consent() を呼んでいるかも確認してください。",
  ],
  "w-old-table": [
    "The tag of this page is older than the site's document, so what changed since is neither hidden nor filled in time: print it again with \"mitate snippet\" and paste it.",
    "ページのタグがサイトの設定より古いため、変更した表示枠が間に合いません。「mitate snippet」で出力し直して貼り替えてください。",
  ],
  "w-twice": [
    "The tag stands in this page more than once, and only the first counts: remove the others.",
    "タグがページに2つ以上あり、最初のものだけが動いています。ほかを削除してください。",
  ],
  "w-csp": [
    "The page's security policy ({directive}) refused {blocked}, so that part of mitate did not work: add {add} to {directive}.",
    "ページのセキュリティポリシー({directive})が {blocked} を拒否したため、一部が動いていません。{directive} に {add} を追加してください。",
  ],
  "w-csp-style": [
    "The page's security policy ({directive}) dropped a style written in the block, so it looks different: move it to the page's style sheet, as a class.",
    "ページのセキュリティポリシー({directive})により、コンテンツ内のスタイルが無効になっています。ページのスタイルシートにクラスとして移してください。",
  ],
  "w-csp-page": [
    "The page's security policy refused {n} more of its own, which is not mitate's doing: {directives}.",
    "ページのセキュリティポリシーが、mitate とは関係のない{n}件を拒否しました:{directives}",
  ],
  "w-refused": [
    "The server at {endpoint} could not be reached, so the page keeps its own content: see whether it runs, and serve it below your own domain if an ad blocker stops it.",
    "{endpoint} に接続できないため、標準表示のままです。サーバーの動作を確認し、広告ブロックが原因なら自社ドメインの下で配信してください。",
  ],
  "w-status": [
    "The server answered with an error{status}, so the page keeps its own content: check the site's origins and the server's log.",
    "サーバーがエラー{status}を返したため、標準表示のままです。サイトの origins とサーバーのログを確認してください。",
  ],
  "w-not-json": [
    "What answers at {endpoint} is a page, not mitate, so the page keeps its own content: check the endpoint in the tag and the proxy before the server.",
    "{endpoint} が mitate ではなくページ(HTML など)を返したため、標準表示のままです。タグの endpoint とプロキシの設定を確認してください。",
  ],
  "w-no-answer": [
    "The server's answer is not one this tag understands, so the page keeps its own content: bring both to the same version.",
    "サーバーの応答をこのタグが理解できないため、標準表示のままです。タグとサーバーの版をそろえてください。",
  ],
  "w-policy": [
    "The page's security policy does not allow the Trusted Types policy \"mitate\", so nothing can be filled: write trusted-types mitate.",
    "ページのセキュリティポリシーが Trusted Types の「mitate」を許可していないため、何も表示できません。trusted-types mitate を追加してください。",
  ],
  "w-content": [
    "Filling it failed{error}, so the page's own content stayed: check the block of \"{what}\".",
    "「{what}」の反映に失敗したため{error}、標準表示のままです。コンテンツを確認してください。",
  ],
  "w-fight": [
    "Something in the page keeps undoing the change, so mitate gave way: declare the slot \"shadow\", or fill it from the framework with MitateSlot.",
    "ページ側の処理が変更を繰り返し元に戻すため、標準表示に戻しました。表示枠を「shadow」にするか、MitateSlot を使ってください。",
  ],
  "w-ops": [
    "ops.js has not come, so what this decision changes cannot be done: paste the tag that \"mitate snippet\" prints now.",
    "ops.js が読み込まれていないため、この変更を反映できません。「mitate snippet」の最新のタグに貼り替えてください。",
  ],
  "w-skipped": [
    "The operation {what} found nothing to change, so a part of the variant is missing: check what it selects on this page.",
    "操作 {what} の対象が見つからず、パターンの一部が反映されていません。セレクターがこのページに合うか確認してください。",
  ],
  "w-skipped-focus": [
    "The operation {what} was skipped, since it would have taken away what somebody is using.",
    "操作 {what} は、使用中の要素を動かすため行いませんでした。",
  ],
  "w-storage": [
    "The browser allows no storage here, so every page asks anew; there is nothing to do on your side.",
    "このブラウザーでは保存ができないため、ページごとに問い合わせます。サイト側の対応は不要です。",
  ],
  "w-other": [
    "Something failed{error}, and the page goes on without it: see the console.",
    "エラーが発生しました{error}。詳しくはコンソールをご覧ください。",
  ],
} as const;

export type Word = keyof typeof WORDS;

export type Say = (word: Word, values?: Record<string, unknown>) => string;

const fill = (text: string, values: Record<string, unknown>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => `${values[name]}`);

export const speak = (language: Language): Say => (word, values = {}) =>
  fill(WORDS[word][language == "ja" ? 1 : 0], values);

export const isWord = (text: string): text is Word => Object.prototype.hasOwnProperty.call(WORDS, text);

/** Give a label in this language, else in any, else its name. */
export const label = (labels: Labels, language: Language, name: string): string =>
  typeof labels == "string" ? labels : labels?.[language] || labels?.en || labels?.ja || name;

/** Visitors to begin with; the words are those `mitate explain --visitor` knows, too. */
export const EXAMPLES: Record<Language, string[]> = {
  en: ["iPhone in Osaka, 23:10, third visit", "Windows in London, first visit", "before consent"],
  ja: ["大阪・iPhone・23:10・3回目", "東京・パソコン・はじめて", "同意前"],
};
