// The events on their way to the server: batched, sent again after a failure, and none lost when the visitor leaves.
import { draw, loader, post } from "./bridge";
import { SILENT } from "./types";

interface Waiting {
  at: number;
  event: object;
}

const BATCH = 50;
const SECOND = 1000;

let waiting: Waiting[] = [];
let timer: number | undefined;
let pause = SECOND;

const later = (): void => {
  clearTimeout(timer);
  timer = setTimeout(flush, pause);
};

const send = (batch: Waiting[]): void => {
  const events = batch.map(({ at, event }) => ({ ...event, ago: Math.round(performance.now() - at) }));
  post("events", { events }, true).then(({ status }) => {
    // A refusal would be one again; a limit or a fault may pass. Events carry ids, so sending twice counts once.
    if (status > 428) throw 0;
    pause = SECOND;
  }).catch(() => {
    waiting = batch.concat(waiting);
    pause *= 2;
    later();
  });
};

/** Send at once what waits. */
export const flush = (): void => {
  while (waiting[0]) send(waiting.splice(0, BATCH));
};

/** Send soon. Of a visitor who allows nothing, nothing is told; before the first answer the server judges. */
export const push = (event: object): void => {
  if (loader[SILENT]) return;
  waiting.push({ at: performance.now(), event: { id: draw(), ...event } });
  later();
};
