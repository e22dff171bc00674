import type { Loader } from "./types";

/** The loader's state, which mitate.js works on. */
export const loader = (window.mitate as unknown as { loader: Loader }).loader;

export const [filled, queue, draw, recall, remember, post, round] = loader;
