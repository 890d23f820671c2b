import type { HandleClientError } from '@sveltejs/kit';
import { asProblem } from '$lib/api/problem';
import { inWords, problems } from '$lib/i18n/problems';

/** What the error page says: the user's words, never a stack. */
export const handleError: HandleClientError = async ({ error, status, message }) => {
    if (status === 404) return { message };
    await problems.load();
    return { message: inWords(asProblem(error)) };
};
