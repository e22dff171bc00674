// 17 bytes give 22 whole characters; that two of base64's 64 become one costs less than the four bits there are to spare.
/** At least 128 random bits in 22 characters. */
export const draw = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(17)))).replace(/\W/g, "_").slice(0, 22);
