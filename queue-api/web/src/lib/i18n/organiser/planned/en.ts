const texts = {
    title: 'Planned ahead',
    what: 'What changes',
    kinds: {
        rate: 'Let in per minute',
        cap: 'Shopping at once',
        pause: 'Pause',
        resume: 'Go on',
        open: 'Open',
        close: 'Close the waiting room',
    },
    count: 'At most',
    when: (zone: string) => `When (time in ${zone})`,
    wrongTime: 'Choose a time in the future, before the event begins.',
    plan: 'Plan it',
    none: 'Nothing is planned.',
    paused: (reason: string) => (reason ? `Pause: “${reason}”` : 'Pause'),
    rate: (n: string) => `Let in at most ${n} per minute`,
    cap: (n: string) => `At most ${n} shopping at once`,
    other: 'Times to come in and to shop',
    since: (time: string) => `in force since ${time}`,
    outcomes: { applied: 'Done', refused: 'Was not possible', cancelled: 'Cancelled' },
    cancel: 'Cancel',
};

export default texts;
export type Texts = typeof texts;
