export function sha256(text: string): Int32Array;
export function solve(
    challenge: { salt: string; target: string; max_number: number },
    tell: (part: number) => void,
): number | undefined;
