/** Web Crypto as browsers have it: Node 18 keeps it in a module of its own. */

import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto as Crypto;
