// The events on their way to the server: batched, sent again after a failure, and none lost when the visitor leaves.
import { draw, emit, key, post, recall, state } from "./bridge";
import { may, write } from "./remember";

interface Waiting {
  at: number;
  /** Who did it, and on which page view: another visitor, another choice or another page may come before it is sent. */
  of: string;
  /** Bytes. */
  size: number;
  event: object;
}

const BATCH = 50;
/** Bytes of one request; servers refuse more than 64 KiB. */
const ROOM = 25e3;
/** Bytes that a browser carries beyond the page's life, all its requests together: 64 KiB, less what surrounds the events. */
const CARRIED = 6e4;
const SECOND = 1000;
const LONGEST = 60 * SECOND;
const LEFT = "mitate_events";

/** What a batch says of who it is of: what is missing there must not be filled in with whoever is here now. */
const NOBODY = { visitor: undefined, consent: undefined, token: undefined };

let waiting: Waiting[] = [];
const sent = new Set<Waiting[]>();
let carried = 0;
let timer: number | undefined;
let pause = SECOND;

try {
  // What an earlier page couldn't send.
  const left = localStorage[LEFT];
  delete localStorage[LEFT];
  // What isn't of anybody throws, too.
  waiting = [...JSON.parse(left)].filter(({ of }) => JSON.parse(of));
} catch {}

const later = (): void => {
  // Many pages may have waited for the same server: they don't come back all at once.
  timer = timer || setTimeout(() => flush(), pause * (pause > SECOND ? 0.5 + Math.random() : 1));
};

/** Take as much as one request holds, all of it of one page view of one visitor. */
const batch = (): Waiting[] => {
  const { of } = waiting[0]!;
  let size = 0;
  const end = waiting.findIndex((one, place) => one.of != of || place == BATCH || ((size += one.size) > ROOM && place));
  return waiting.splice(0, end < 0 ? BATCH : end);
};

const send = (events: Waiting[]): void => {
  const size = events.reduce((sum, one) => sum + one.size, 0);
  const keepalive = carried + size < CARRIED;
  sent.add(events);
  if (keepalive) carried += size;
  post("events", {
    ...NOBODY, ...JSON.parse(events[0]!.of), events: events.map(({ at, event }) => ({ ...event, ago: Date.now() - at })),
  }, { keepalive }).then(({ status }) => {
    // A refusal would be one again; a limit or a fault may pass. Events carry ids, so sending twice counts once.
    if (status > 428) throw 0;
    pause = SECOND;
    return true;
  }).catch(() => {
    if (sent.has(events)) waiting = events.concat(waiting);
  }).then((arrived) => {
    sent.delete(events);
    if (keepalive) carried -= size;
    if (arrived) return flush();
    // What fails together has failed once.
    if (!sent.size) pause = Math.min(pause * 2, LONGEST);
    later();
  });
};

/** Send what waits: one batch after the other, or all at once when the page goes. */
export const flush = (leaving?: boolean): void => {
  clearTimeout(timer);
  timer = 0;
  while (waiting[0] && (leaving || !sent.size)) send(batch());
};

/** Forget what waits and what may come back: nobody may be told of it any more. */
export const drop = (): void => {
  waiting = [];
  sent.clear();
  write(LEFT, 0);
};

/** The page may be going: send what waits, and leave to the next page what may not arrive, if nothing ever does the latest. */
export const leave = (): void => {
  const failing = pause > SECOND || !navigator.onLine;
  const going = [...sent].flat().concat(waiting);
  const size = going.reduce((sum, one) => sum + one.size, 0);
  if (failing || size > CARRIED) write(LEFT, may("analytics") && going.slice(failing ? -BATCH : 0));
  flush(!failing);
};

/** Send soon; true if so. Of a visitor who allows nothing, nothing is told; before the first answer the server judges. */
export const push = (event: object): unknown => {
  const { answer, preview } = state;
  if (preview || recall("consent") == "00" || (answer && !answer.purposes[1])) return;
  const told = { id: draw(), ...event };
  emit("event", told);
  waiting.push({
    at: Date.now(), of: JSON.stringify({ ...JSON.parse(key()), page_view: state.view }),
    size: new Blob([JSON.stringify(told)]).size + 20, event: told,
  });
  later();
  return true;
};

addEventListener("online", () => flush());
if (waiting[0]) later();
