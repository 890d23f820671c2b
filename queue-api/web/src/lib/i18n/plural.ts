/** The form of a text that a number asks for, by the language's own rules. */

const rules = new Map<string, Intl.PluralRules>();

/** Forms by CLDR category; `other` is there always. */
export type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/** Picks the form and puts the number, written the language's way, for `#`. */
export function plural(locale: string, count: number, forms: Forms): string {
    let rule = rules.get(locale);
    if (!rule) rules.set(locale, (rule = new Intl.PluralRules(locale)));
    const form = forms[rule.select(count)] ?? forms.other;
    return form.replaceAll('#', count.toLocaleString(locale));
}
