// Solves the puzzle of docs/robots.md in a worker: tries numbers until the hash of salt and number is the target.
// SHA-256 by hand: browsers' own digests a few bytes at a time far slower, and only on https.

const BITS = 2 ** 32;
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
const K = Int32Array.from(primes, (prime) => (prime ** (1 / 3) * BITS) | 0);
const START = Int32Array.from(primes.slice(0, 8), (prime) => (prime ** 0.5 * BITS) | 0);
const words = new Int32Array(64);

// One block of 16 words that stand in `words` changes the state.
function compress(state) {
    for (let i = 16; i < 64; i++) {
        const [x, y] = [words[i - 15], words[i - 2]];
        const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        words[i] = words[i - 16] + s0 + words[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
        const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
        const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g;
        g = f;
        f = e;
        e = (d + t1) | 0;
        d = c;
        c = b;
        b = a;
        a = (t1 + t2) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

// The eight words of the SHA-256 of an ASCII text.
export function sha256(text) {
    const state = START.slice();
    const blocks = (text.length + 72) >> 6;
    for (let block = 0; block < blocks; block++) {
        words.fill(0, 0, 16);
        for (let i = 0; i < 64; i++) {
            const at = block * 64 + i;
            if (at > text.length) break;
            words[i >> 2] |= (at < text.length ? text.charCodeAt(at) : 128) << (24 - (i & 3) * 8);
        }
        if (block === blocks - 1) words[15] = text.length * 8;
        compress(state);
    }
    return state;
}

// The number; undefined when there is none up to the bound. Tells now and then how many were tried.
export function solve({ salt, target, max_number: most }, tell) {
    const wanted = Int32Array.from(target.match(/.{8}/g), (word) => parseInt(word, 16));
    for (let number = 0; number <= most; number++) {
        if (number % 5000 === 0) tell(number / most);
        const hash = sha256(salt + number);
        if (hash[0] === wanted[0] && hash.every((word, i) => word === wanted[i])) return number;
    }
}

globalThis.onmessage = ({ data }) => postMessage({ number: solve(data, (part) => postMessage({ part })) });
