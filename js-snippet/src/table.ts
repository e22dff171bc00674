import type { Table } from "./types";

// The parameter of the function that the build wraps around the loader.
declare const TABLE: Table;

export const table = TABLE;
