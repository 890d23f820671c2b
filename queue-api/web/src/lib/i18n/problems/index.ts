/** What went wrong, in the user's words: one text for each problem type of docs/problems.md that people can meet. */

import type { Problem } from '$lib/api/problem';
import { Catalogue } from '../locale.svelte';

export const problems = new Catalogue({
    en: () => import('./en'),
    de: () => import('./de'),
    fr: () => import('./fr'),
});

/** The sentence for a problem. */
export function inWords(problem: Problem): string {
    const { t } = problems;
    const own = (t as Record<string, unknown>)[problem.kind];
    if (typeof own === 'string') return own;
    if (problem.kind === 'held-back') return t['held-back'](String(problem.more['code'] ?? ''));
    return problem.status >= 500 || problem.status === 0 ? t.internal : t.other(problem.message);
}
