/** Keeps the screen on. Browsers take that back whenever the page is hidden, so it is asked for again when it is seen. */

/** Keeps the screen on where it can be, until the answer is called. */
export function keepAwake(): () => void {
    let lock: WakeLockSentinel | undefined;
    let over = false;

    async function take(): Promise<void> {
        if (over || document.hidden || lock?.released === false) return;
        lock = await navigator.wakeLock?.request('screen').catch(() => undefined);
        if (over) void lock?.release();
    }

    document.addEventListener('visibilitychange', take);
    void take();
    return () => {
        over = true;
        document.removeEventListener('visibilitychange', take);
        void lock?.release();
    };
}
