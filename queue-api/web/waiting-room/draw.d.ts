export function fromHex(text: string): Uint8Array;
export function toHex(bytes: Uint8Array): string;
export function commitmentOf(seed: Uint8Array): Promise<string>;
export function numberOf(seed: Uint8Array, n: number, ordinal: number): Promise<number>;
