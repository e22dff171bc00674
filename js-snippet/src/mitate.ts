// mitate.js: what the page needs after its first paint. It finds the loader's state, answers the calls that waited, and
// tells the server what was seen and done.
import type { Mitate } from "../mitate";
import { watcher } from "./exposure";
import { recorder } from "./record";
import type { Consent, Loader } from "./types";

const run = (loader: Loader): void => {
  const events = recorder(loader);
  const { watch, restart } = watcher(loader, events);

  const methods: Record<string, (...args: never[]) => void> = {
    track(name: string, props?: Parameters<Mitate["track"]>[1]) {
      const { value, ...rest } = JSON.parse(JSON.stringify(props || {}));
      events.push({ type: "track", name: `${name}`, value, props: rest });
    },

    consent({ personalization, analytics }: Consent) {
      const was = JSON.stringify(loader.who().consent);
      loader.choose([personalization ? "personalization" : "", analytics ? "analytics" : ""].join("."));
      if (!personalization && !analytics) loader.remember("id");
      // A consent banner may repeat itself on every page.
      if (was != JSON.stringify(loader.who().consent)) loader.round();
    },

    refresh: loader.round,
  };

  loader.call = (name, args) => {
    try {
      (methods[name] as (...args: unknown[]) => void)(...args);
    } catch (error) {
      console.warn("mitate", error);
    }
  };

  // Seconds in sight since they were last told.
  let since: number | undefined;
  const look = (): void => {
    restart();
    if (!document.hidden) since = since || performance.now();
  };
  const rest = (): void => {
    const seconds = Math.round((performance.now() - (since as number)) / 1000);
    if (seconds > 0) events.push({ type: "visit", seconds });
    since = undefined;
    events.flush();
  };

  document.addEventListener("mitate:applied", ({ detail }) => watch(detail.element));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) rest();
    look();
  });
  addEventListener("pagehide", rest);
  // Back from the back-forward cache; the first showing is no news.
  addEventListener("pageshow", ({ persisted }) => void (persisted && look()));
  addEventListener("online", () => events.flush());
  look();
  loader.queue.splice(0).forEach(([name, args]) => loader.call(name, args));
};

run((window.mitate as unknown as { loader: Loader }).loader);
