/** Waiting for a condition, never for a time. */

const PAUSE_MS = 50;
/** Longer than anything that is waited for takes on a slow machine. */
export const PATIENCE_MS = 30_000;

/** Asks until the answer is there: neither undefined nor false. */
export async function until<T>(
    what: string,
    ask: () => Promise<T | undefined | false> | T | undefined | false,
    patienceMs = PATIENCE_MS,
): Promise<T> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
        const answer = await ask();
        if (answer !== undefined && answer !== false) return answer as T;
        if (performance.now() > deadline) throw new Error(`${what}: not within ${patienceMs / 1000} s`);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
}
