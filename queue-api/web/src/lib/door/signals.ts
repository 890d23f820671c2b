/** What staff hear and feel with a verdict: rising for yes, two for look again, one low and long for no. */

import type { Tone } from './verdict';

/** Frequency in Hz and length in seconds of each note. */
const NOTES: Record<Tone, [hertz: number, seconds: number][]> = {
    good: [
        [660, 0.09],
        [990, 0.14],
    ],
    warn: [
        [440, 0.14],
        [440, 0.2],
    ],
    bad: [[160, 0.55]],
};
const BUZZ_MS: Record<Tone, number[]> = { good: [60], warn: [120, 80, 120], bad: [400] };
const LOUDNESS = 0.35;

let context: AudioContext | undefined;

/** Browsers let a page sound after a tap only: call this from one. */
export function wakeSound(): void {
    context ??= new AudioContext();
    if (context.state === 'suspended') void context.resume();
}

/** Sounds, where sound is wanted and allowed, and vibrates. */
export function signal(tone: Tone, sound: boolean): void {
    navigator.vibrate?.(BUZZ_MS[tone]);
    if (!sound || context?.state !== 'running') return;
    let at = context.currentTime;
    for (const [hertz, seconds] of NOTES[tone]) {
        const [tune, gain] = [context.createOscillator(), context.createGain()];
        tune.type = tone === 'bad' ? 'sawtooth' : 'sine';
        tune.frequency.value = hertz;
        // Without an edge, so that it does not click.
        gain.gain.setValueAtTime(0, at);
        gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.01);
        gain.gain.linearRampToValueAtTime(0, at + seconds);
        tune.connect(gain).connect(context.destination);
        tune.start(at);
        tune.stop(at + seconds);
        at += seconds + 0.04;
    }
}
