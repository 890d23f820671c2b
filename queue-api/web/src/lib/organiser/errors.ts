/** What is wrong with a field of an event, in the organiser's words, and the way to the first of them. */

import type { Problem } from '$lib/api/problem';
import { organiser } from '$lib/i18n/organiser';

/** The rule a field broke; `message` is the server's own sentence, for a rule that has no text here. */
export function ruleOf(field: string, message = ''): string {
    const { rules } = organiser.t.form;
    const tier = /^tiers\[\d+\]\.(\w+)$/.exec(field)?.[1];
    if (tier) return (tier === 'name' ? rules['tier_name'] : rules['tier_price']) ?? message;
    if (/\.lanes\[\d+\]\.name$/.test(field)) return rules['lane_name'] ?? message;
    return rules[field.replace(/^waiting_room\./, '')] ?? message;
}

/** What people call a field of the API. */
export function wordOf(field: string): string {
    const { form } = organiser.t;
    const words: Record<string, string> = {
        title: form.name,
        description: form.description,
        category: form.category,
        venue: form.venue,
        city: form.city,
        time_zone: form.zone,
        starts_at: form.startsAt,
        sale_opens_at: form.saleOpensAt,
        demand: form.demand,
        currency: form.currency,
        tickets_per_person: form.perPerson,
        cancel_until_minutes: form.mayCancel,
        hold_seconds: form.hold,
        tiers: form.prices,
        waiting_room: form.room,
        waiting_access: organiser.t.codes.access,
    };
    return words[field] ?? field;
}

/** By field, of what the form itself found. */
export function errorsOf(fields: readonly string[]): Record<string, string> {
    return Object.fromEntries(fields.map((field) => [field, ruleOf(field)]));
}

/** By field, of what the server found. */
export function errorsIn(problem: Problem): Record<string, string> {
    return Object.fromEntries(problem.errors.map(({ field, message }) => [field, ruleOf(field, message)]));
}

/** Brings the first field that is marked into view. */
export function focusFirst(within: HTMLElement | undefined): void {
    const marked = within?.querySelector<HTMLElement>('[aria-invalid="true"]');
    marked?.focus();
    marked?.scrollIntoView({ block: 'center' });
}
