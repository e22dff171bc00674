// The events on their way to the server: batched, sent again after a failure, and none lost when the visitor leaves.
import type { Loader } from "./types";

interface Waiting {
  at: number;
  event: object;
}

const BATCH = 50;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

export interface Recorder {
  push(event: object): void;
  /** Send at once what waits. */
  flush(): void;
}

export const recorder = (loader: Loader): Recorder => {
  let waiting: Waiting[] = [];
  let timer: number | undefined;
  let pause = SECOND;

  const later = (): void => {
    if (!timer) timer = setTimeout(flush, pause);
  };

  const send = (batch: Waiting[]): void => {
    const events = batch.map(({ at, event }) => ({ ...event, ago: Math.max(0, Date.now() - at) }));
    loader.post("events", { events }, true).then(({ status }) => {
      // A refusal would be one again; a limit or a fault may pass. Events carry ids, so sending twice counts once.
      if (status > 428) throw 0;
      pause = SECOND;
    }).catch(() => {
      waiting = batch.concat(waiting);
      pause = Math.min(pause * 2, MINUTE);
      later();
    });
  };

  const flush = (): void => {
    clearTimeout(timer);
    timer = 0;
    while (waiting[0]) send(waiting.splice(0, BATCH));
  };

  return {
    push(event) {
      // Of a visitor who allows nothing, nothing is told. Without an answer the server judges.
      if (loader.answer && !loader.answer.purposes.some((purpose) => purpose != "necessary")) return;
      waiting.push({ at: Date.now(), event: { id: loader.draw(), ...event } });
      later();
    },
    flush,
  };
};
