import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256, solve } from './proof.js';

const hashed = (text: string) => createHash('sha256').update(text).digest('hex');
const hex = (words: Int32Array) =>
    Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');

test('the hash is SHA-256 at every length around the edge of a block', () => {
    for (let length = 0; length < 200; length++) {
        const text = 'abcdefg'.repeat(30).slice(0, length);
        expect(hex(sha256(text))).toBe(hashed(text));
    }
});

test('the example of the documentation is solved', () => {
    const salt = '1.1700000180.25000.000102030405060708090a0b.';
    const told: number[] = [];
    const puzzle = { salt, target: hashed(salt + '12345'), max_number: 25000 };
    expect(solve(puzzle, (part) => told.push(part))).toBe(12345);
    expect(told).toEqual([0, 0.2, 0.4]);
    expect(solve({ ...puzzle, max_number: 100 }, () => {})).toBeUndefined();
});
