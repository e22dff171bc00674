// What a page evaluates: rules that are left of a decision when all that the server knows is folded away.
import { COMPARISONS } from "./comparisons";
import { compile, type Rule, type Run, type Table } from "./compile";
import { LOGIC } from "./logic";
import { NUMBERS } from "./numbers";
import { TEXT } from "./text";

export { WITHHELD } from "./values";

const TABLE = { __proto__: null, ...LOGIC, ...COMPARISONS, ...NUMBERS, ...TEXT } as unknown as Table;

export const load = (rule: Rule): Run => compile(rule, TABLE);
