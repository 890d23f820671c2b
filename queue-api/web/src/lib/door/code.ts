/** Ticket codes (docs/tickets.md): read and checked on the door's own device. */

const PREFIX = 'OS1';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BODY_BYTES = 16 + 1 + 64;
const CONTEXT = new TextEncoder().encode('onsale ticket 1');

type Bytes = Uint8Array<ArrayBuffer>;

/** A code as read, its signature not yet checked. */
export interface TicketCode {
    ticket: string;
    /** Raised when a ticket's code is made void. */
    generation: number;
    signature: Bytes;
}

/** Reads a code; blanks around it do not matter. Nothing when it is none of ours. */
export function parseCode(text: string): TicketCode | undefined {
    const trimmed = text.trim();
    if (!trimmed.startsWith(PREFIX)) return undefined;
    const bytes = base32(trimmed.slice(PREFIX.length));
    if (bytes?.length !== BODY_BYTES) return undefined;
    return { ticket: uuidOf(bytes.slice(0, 16)), generation: bytes[16] ?? 0, signature: bytes.slice(17) };
}

/** RFC 4648 without padding; bits that are left over must be zero. */
function base32(text: string): Bytes | undefined {
    const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
    let [bits, held, at] = [0, 0, 0];
    for (const letter of text) {
        const value = ALPHABET.indexOf(letter);
        if (value < 0) return undefined;
        held = (held << 5) | value;
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        bytes[at++] = (held >> bits) & 0xff;
        held &= (1 << bits) - 1;
    }
    return held === 0 && bits < 5 ? bytes : undefined;
}

function uuidOf(bytes: Bytes): string {
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function bytesOfUuid(uuid: string): Bytes {
    const pairs = uuid.replaceAll('-', '').match(/../g) ?? [];
    return Uint8Array.from(pairs, (pair) => parseInt(pair, 16));
}

function fromBase64(text: string): Bytes {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** What is signed. */
export function messageOf(event: string, ticket: string, generation: number): Bytes {
    return Uint8Array.from([...CONTEXT, ...bytesOfUuid(event), ...bytesOfUuid(ticket), generation]);
}

/** Checks signatures for one event. */
export class Signatures {
    readonly #event: string;
    readonly #key: Bytes;
    #imported: Promise<CryptoKey | undefined> | undefined;

    /** `publicKey` as the door list gives it: Ed25519, base64. */
    constructor(event: string, publicKey: string) {
        this.#event = event;
        this.#key = fromBase64(publicKey);
    }

    async verifies(code: TicketCode): Promise<boolean> {
        const message = messageOf(this.#event, code.ticket, code.generation);
        this.#imported ??= this.#import();
        const key = await this.#imported;
        if (key) return crypto.subtle.verify('Ed25519', key, code.signature, message);
        const { verifyAsync } = await import('@noble/ed25519');
        return verifyAsync(code.signature, message, this.#key, { zip215: false }).catch(() => false);
    }

    /** The browser's own Ed25519, where it has one. */
    async #import(): Promise<CryptoKey | undefined> {
        try {
            return await crypto.subtle.importKey('raw', this.#key, 'Ed25519', false, ['verify']);
        } catch {
            return undefined;
        }
    }
}
