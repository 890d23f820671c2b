const texts = {
    title: 'Against robots',
    level: 'Puzzle before joining',
    levelHint:
        'Browsers solve it in the background; who cannot waits half a minute instead. It gets harder by itself while very many arrive.',
    levels: (level: number) =>
        level === 0
            ? 'Off'
            : level <= 4
              ? `${level}: under a second`
              : `${level}: ${['two', 'five', 'ten', 'twenty'][level - 5]} seconds or less`,
    arrivals: (n: string) => `Arrivals: ${n} a second.`,
    raised: (level: number) => `Raised to ${level} right now.`,
    appeals: 'Held back',
    appealsHint:
        'Fans who were too often or too fast at it. They know their code; nobody’s name or address is kept here.',
    code: 'Code',
    find: 'Find',
    note: 'Note for the fan',
    letIn: 'Let in',
    refuse: 'Leave it',
    nobody: 'Nobody was held back.',
    notFound: 'Nobody has this code.',
    times: (n: string) => `${n} ×`,
    status: { open: 'open', let_in: 'let in', refused: 'left' },
    reasons: {
        joined_often: 'Joined the waiting room very often.',
        held_often: 'Chose seats very often.',
        paid_often: 'Went to the checkout very often.',
        held_fast: 'Chose seats faster than people can.',
        paid_fast: 'Paid faster than people can.',
        guessed_often: 'Tried many codes that do not exist.',
    },
};

export default texts;
export type Texts = typeof texts;
