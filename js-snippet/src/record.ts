// The events on their way to the server: batched, sent again after a failure, and none lost when the visitor leaves.
import { draw, emit, post, state } from "./bridge";
import { may, write } from "./remember";

interface Waiting {
  at: number;
  view: string;
  event: object;
}

const BATCH = 50;
const SECOND = 1000;
const LEFT = "mitate_events";

let waiting: Waiting[] = [];
const sent = new Set<Waiting>();
let timer: number | undefined;
let pause = SECOND;

try {
  // What an earlier page couldn't send.
  waiting = [...JSON.parse(localStorage[LEFT])];
  delete localStorage[LEFT];
} catch {}

const later = (): void => {
  clearTimeout(timer);
  timer = setTimeout(flush, pause);
};

const send = (batch: Waiting[]): void => {
  batch.forEach((one) => sent.add(one));
  const events = batch.map(({ at, event }) => ({ ...event, ago: Date.now() - at }));
  // Browsers refuse to carry more than 64 kB beyond the page's life.
  const keepalive = JSON.stringify(events).length < 2e4;
  post("events", { page_view: batch[0]!.view, events }, { keepalive }).then(({ status }) => {
    // A refusal would be one again; a limit or a fault may pass. Events carry ids, so sending twice counts once.
    if (status > 428) throw 0;
    pause = SECOND;
  }).catch(() => {
    waiting = batch.concat(waiting);
    pause *= 2;
    later();
  }).then(() => batch.forEach((one) => sent.delete(one)));
};

/** Send at once what waits. */
export const flush = (): void => {
  while (waiting[0]) {
    const { view } = waiting[0];
    const end = waiting.findIndex((one) => one.view != view);
    send(waiting.splice(0, Math.min(BATCH, end < 0 ? BATCH : end)));
  }
};

/** The page may be going: send what waits, and leave to the next page what may not arrive, if nothing ever does the latest. */
export const leave = (): void => {
  if (pause > SECOND || !navigator.onLine) write(LEFT, may("analytics") && [...sent, ...waiting].slice(-BATCH));
  flush();
};

/** Send soon. Of a visitor who allows nothing, nothing is told; before the first answer the server judges. */
export const push = (event: object): void => {
  const { answer, preview } = state;
  if (preview || (answer && !answer.purposes[1])) return;
  const told = { id: draw(), ...event };
  emit("event", told);
  waiting.push({ at: Date.now(), view: state.view, event: told });
  later();
};

addEventListener("online", flush);
if (waiting[0]) later();
