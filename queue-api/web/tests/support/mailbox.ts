/** Reads the mail that fans would get. */

import { mailboxAddress } from './system';
import { until } from './until';

interface Letter {
    id: string;
    subject: string;
}

async function lettersTo(email: string): Promise<Letter[]> {
    const answer = await fetch(`${mailboxAddress}/messages?to=${encodeURIComponent(email)}`);
    return (await answer.json()) as Letter[];
}

/** Waits until so many mails to this address are there. */
export async function mailsTo(email: string, count: number): Promise<string[]> {
    const letters = await until(`${count} mails to ${email}`, async () => {
        const there = await lettersTo(email);
        return there.length >= count && there;
    });
    return letters.map(({ subject }) => subject);
}

/** The mail to this address whose subject fits, once it is there; its source as it was sent. */
export async function mailTo(email: string, subject = /./): Promise<{ subject: string; source: string }> {
    const letter = await until(`mail to ${email}`, async () =>
        (await lettersTo(email)).find((letter) => subject.test(letter.subject)),
    );
    const source = await (await fetch(`${mailboxAddress}/messages/${letter.id}`)).text();
    return { subject: letter.subject, source };
}

/** The decoded text parts of a mail. */
export function textOf(source: string): string {
    const parts = source.split(/\r?\n\r?\n/);
    return parts
        .map((part, index) => {
            const header = parts[index - 1] ?? '';
            if (
                /content-transfer-encoding:\s*base64/i.test(header) &&
                /^[\w+/=\s]+$/.test(part.split('--')[0] ?? '')
            )
                return Buffer.from(part.split('--')[0] ?? '', 'base64').toString('utf8');
            if (/content-transfer-encoding:\s*quoted-printable/i.test(header)) return unquoted(part);
            return part;
        })
        .join('\n');
}

/** Undoes quoted-printable, of a whole mail or of a part. */
export function unquoted(text: string): string {
    const bytes = text
        .replace(/=\r?\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8');
}
