/** What goes wrong in a call: the problem documents of the API (docs/problems.md), and what happens before there is one. */

export interface FieldError {
    /** Path of the field, e.g. `sections[2].rows`. */
    field: string;
    message: string;
}

const PREFIX = 'urn:onsale:problem:';

/** An answer that is no success. `kind` is what to switch on: the problem's type without its prefix, or `offline`. */
export class Problem extends Error {
    readonly kind: string;
    /** HTTP status; 0 when there was no answer. */
    readonly status: number;
    readonly errors: FieldError[];
    /** Members beyond the standard ones, e.g. `seats` of `seats-taken`. */
    readonly more: Record<string, unknown>;
    /** Seconds, where the server says when to come again. */
    readonly retryAfter: number | undefined;

    constructor(
        kind: string,
        status: number,
        detail: string,
        more: Record<string, unknown> = {},
        retryAfter?: number,
    ) {
        super(detail);
        this.name = 'Problem';
        this.kind = kind;
        this.status = status;
        this.more = more;
        this.errors = Array.isArray(more['errors']) ? (more['errors'] as FieldError[]) : [];
        this.retryAfter = retryAfter;
    }

    /** What is wrong with a field, if anything. */
    field(name: string): string | undefined {
        return this.errors.find((error) => error.field === name)?.message;
    }
}

/** The problem in an answer; one without a document is named by its status. */
export function problemOf(response: Response, body: unknown): Problem {
    const document = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const type = typeof document['type'] === 'string' ? document['type'] : '';
    const kind = type.startsWith(PREFIX) ? type.slice(PREFIX.length) : `status-${response.status}`;
    const detail = typeof document['detail'] === 'string' ? document['detail'] : response.statusText;
    const retry = Number(response.headers.get('Retry-After'));
    return new Problem(kind, response.status, detail, document, retry > 0 ? retry : undefined);
}

/** Whatever was thrown, as a problem. What is no problem is a fault of ours and goes to the console too. */
export function asProblem(thrown: unknown): Problem {
    if (thrown instanceof Problem) return thrown;
    // What browsers say when an answer breaks off after it has begun, as it does when the page is left.
    if (thrown instanceof TypeError && /fetch|network|load failed/i.test(thrown.message)) {
        return new Problem('offline', 0, thrown.message);
    }
    console.error(thrown);
    return new Problem('internal', 0, String(thrown));
}
