/** What a panel has under way, and what went wrong with it. */

import { onMount } from 'svelte';
import { asProblem } from '$lib/api/problem';

export class Work {
    /** Something was asked for and is not answered yet. */
    busy = $state(false);
    error = $state.raw<unknown>();
    readonly problem = $derived(this.error === undefined ? undefined : asProblem(this.error));

    /** Does it; what it throws is kept to be shown. Gives whether it went well. */
    async run(work: () => Promise<unknown>): Promise<boolean> {
        this.busy = true;
        this.error = undefined;
        try {
            await work();
            return true;
        } catch (thrown) {
            this.error = thrown;
            return false;
        } finally {
            this.busy = false;
        }
    }

    /**
     * Looks now, and again and again while the page is seen and nothing else is under way. Only the first look that fails
     * is told: later ones leave what is shown. To be called where `onMount` can be.
     */
    look(everyMs: number, look: () => Promise<unknown>): void {
        onMount(() => {
            void this.run(look);
            const timer = setInterval(() => {
                if (!document.hidden && !this.busy) void look().catch(() => undefined);
            }, everyMs);
            return () => clearInterval(timer);
        });
    }
}
