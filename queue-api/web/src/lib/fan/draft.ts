/** What a guest has typed about themselves, kept in this tab until it is sent: other seats ask for it again. */

interface Draft {
    name: string;
    email: string;
}

const KEY = 'onsale.details';

export function draft(): Partial<Draft> {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Partial<Draft>;
}

export function keepDraft({ name, email }: Draft): void {
    sessionStorage.setItem(KEY, JSON.stringify({ name, email }));
}

export function dropDraft(): void {
    sessionStorage.removeItem(KEY);
}
