import { expect, test } from 'vitest';
import { nextPath } from './next';

const at = (next: string) => nextPath(new URLSearchParams({ next }));

test('nobody is sent to another site', () => {
    expect(at('/tickets?x=1')).toBe('/tickets?x=1');
    for (const next of [
        '//evil.example',
        '/\\evil.example',
        'https://evil.example',
        'javascript:alert(1)',
        '',
    ]) {
        expect(at(next)).toBe('/');
    }
});
