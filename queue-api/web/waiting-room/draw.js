// The draw as docs/draw.md describes it, so that a fan's own browser can check it. Set into the page as it is.

const hash = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
const big = (value, size) => {
    const bytes = new Uint8Array(size);
    for (let at = size; at-- > 0; value >>= 8n) bytes[at] = Number(value & 255n);
    return bytes;
};

export const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** SHA-256 of the seed, hex. */
export const commitmentOf = async (seed) => toHex(await hash(seed));

/** The number of an ordinal among `n` that are drawn. */
export async function numberOf(seed, n, ordinal) {
    if (n < 2 || ordinal >= n) return ordinal;
    const b = Math.max(8, (n - 1).toString(2).length);
    const [leftBits, rightBits] = [BigInt(b >> 1), BigInt(b - (b >> 1))];
    const [leftMask, rightMask] = [(1n << leftBits) - 1n, (1n << rightBits) - 1n];
    const head = [...new TextEncoder().encode('draw/1'), ...seed, ...big(BigInt(n), 8)];
    const f = async (round, half) => {
        const digest = await hash(Uint8Array.from([...head, round, ...big(half, 8)]));
        return digest.slice(-8).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    };
    let value = BigInt(ordinal);
    do {
        let [left, right] = [value >> rightBits, value & rightMask];
        for (let round = 0; round < 12; round++) {
            if (round % 2) right ^= (await f(round, left)) & rightMask;
            else left ^= (await f(round, right)) & leftMask;
        }
        value = (left << rightBits) | right;
    } while (value >= BigInt(n));
    return Number(value);
}
