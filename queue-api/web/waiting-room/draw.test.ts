import { webcrypto } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { commitmentOf, fromHex, numberOf, toHex } from './draw.js';

// The vectors of docs/draw.md.
const seed = Uint8Array.from({ length: 32 }, (_, at) => at);
const first = async (n: number, count: number) =>
    Promise.all(Array.from({ length: count }, (_, ordinal) => numberOf(seed, n, ordinal)));

beforeAll(() => {
    // Node 18 has it, but not yet as a global.
    if (!globalThis.crypto) Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
});

test('the commitment is the hash of the seed', async () => {
    expect(await commitmentOf(seed)).toBe('630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd');
    expect(fromHex(toHex(seed))).toEqual(seed);
});

test('the numbers are those of the documentation', async () => {
    expect(await first(1, 1)).toEqual([0]);
    expect(await first(10, 10)).toEqual([6, 8, 4, 0, 7, 3, 5, 2, 1, 9]);
    expect(await first(100_000, 8)).toEqual([76668, 84802, 13041, 8540, 3246, 35051, 33281, 1827]);
});

test('every number is given once, and who comes after the draw keeps the ordinal', async () => {
    const drawn = await first(300, 300);
    expect([...drawn].sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, at) => at));
    expect(await numberOf(seed, 300, 300)).toBe(300);
});
