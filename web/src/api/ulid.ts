const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** A ULID as the hub writes them: 26 characters, Crockford's base 32 in lower case. */
export function ulid(now: number = Date.now(), random: Uint8Array = randomBytes()): string {
  let time = "";
  for (let i = 0, rest = now; i < 10; i++) {
    time = alphabet[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  let bits = 0n;
  for (const byte of random.subarray(0, 10)) bits = (bits << 8n) | BigInt(byte);
  let tail = "";
  for (let i = 0; i < 16; i++) {
    tail = alphabet[Number(bits & 31n)] + tail;
    bits >>= 5n;
  }
  return time + tail;
}

export const newMessageId = (): string => `msg_${ulid()}`;

// getRandomValues, unlike randomUUID, also works on a plain-http page of the local network.
function randomBytes(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(10));
}
