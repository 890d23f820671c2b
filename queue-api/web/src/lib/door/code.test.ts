import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { messageOf, parseCode, Signatures } from './code';

const EVENT = '01a1fcbb-6885-774f-9a5d-ef4a896bdfcd';
const OTHER_EVENT = '01a1fcbb-6958-77ba-8e05-8a8421fb7e15';
const TICKET = '01a1fcc0-0102-7304-8506-0708090a0b0c';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(bytes: Uint8Array): string {
    const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
    return (bits.match(/.{1,5}/g) ?? []).map((five) => LETTERS[parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** The code as `shared::tokens` makes it. */
function codeOf(key: KeyObject, event: string, ticket: string, generation: number): string {
    const message = messageOf(event, ticket, generation);
    // Context, event, then what the code holds.
    const body = Buffer.concat([message.slice(15 + 16), sign(null, message, key)]);
    return `OS1${base32(body)}`;
}

function keys() {
    const pair = generateKeyPairSync('ed25519');
    const raw = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    return { key: pair.privateKey, publicKey: raw.toString('base64') };
}

describe('a code', () => {
    const { key, publicKey } = keys();
    const text = codeOf(key, EVENT, TICKET, 3);

    test('has 133 letters and is read whatever blanks are around it', () => {
        expect(text).toHaveLength(133);
        expect(parseCode(` ${text}\n`)).toMatchObject({ ticket: TICKET, generation: 3 });
    });

    test('verifies for its event, by its key, only', async () => {
        const code = parseCode(text)!;
        expect(await new Signatures(EVENT, publicKey).verifies(code)).toBe(true);
        expect(await new Signatures(OTHER_EVENT, publicKey).verifies(code)).toBe(false);
        expect(await new Signatures(EVENT, keys().publicKey).verifies(code)).toBe(false);
        expect(await new Signatures(EVENT, publicKey).verifies({ ...code, generation: 4 })).toBe(false);
    });

    test('verifies the same where the browser knows no Ed25519', async () => {
        vi.spyOn(crypto.subtle, 'importKey').mockRejectedValue(new Error('NotSupportedError'));
        const code = parseCode(text)!;
        expect(await new Signatures(EVENT, publicKey).verifies(code)).toBe(true);
        expect(await new Signatures(OTHER_EVENT, publicKey).verifies(code)).toBe(false);
        vi.restoreAllMocks();
    });

    test('with any letter changed is none, or does not verify', async () => {
        const signatures = new Signatures(EVENT, publicKey);
        for (let at = 3; at < 133; at += 13) {
            const letter = LETTERS[(LETTERS.indexOf(text[at]!) + 1) % 32];
            const code = parseCode(text.slice(0, at) + letter + text.slice(at + 1));
            expect(code !== undefined && (await signatures.verifies(code))).toBe(false);
        }
    });

    test('of another kind is none', () => {
        const shorter = text.slice(0, -1);
        for (const other of ['', 'OS1', 'https://example.org', text.toLowerCase(), shorter, `${text}A`]) {
            expect(parseCode(other)).toBeUndefined();
        }
        // Two bits are left over at the end: they must be zero.
        expect(parseCode(`${shorter}${LETTERS[LETTERS.indexOf(text.at(-1)!) | 1]}`)).toBeUndefined();
    });
});

test('a code that the server made is accepted', async () => {
    const { event, public_key, code, ticket } = (await import('./vector.json')).default;
    const read = parseCode(code)!;
    expect(read.ticket).toBe(ticket);
    expect(await new Signatures(event, public_key).verifies(read)).toBe(true);
    expect(await new Signatures(OTHER_EVENT, public_key).verifies(read)).toBe(false);
});
