/** What came to the page, with all that is in it. It may have gone again. */
export const added = (changes: MutationRecord[]): Node[] => changes.flatMap(({ addedNodes }) => [...addedNodes]);
