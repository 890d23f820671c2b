const texts = {
    skip: 'Skip to the content',
    menu: 'Menu',
    events: 'Events',
    tickets: 'My tickets',
    organise: 'Organise',
    door: 'Door',
    account: 'Account',
    signIn: 'Sign in',
    language: 'Language',
    footer: 'Onsale: fair tickets for everybody.',
    apiDocs: 'API',
    loading: 'Loading …',
    retry: 'Try again',
    close: 'Close',
    back: 'Back',
    offline: 'You are offline. What you see may be out of date.',
    reconnecting: 'The live connection was lost; reconnecting …',
    notFoundTitle: 'Nothing here',
    notFound: 'This page does not exist, or it is not yours to see.',
    home: 'To all events',
    errorTitle: 'That did not work',
};

export default texts;
export type Texts = typeof texts;
