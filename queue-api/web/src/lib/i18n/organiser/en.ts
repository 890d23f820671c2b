import { plural } from '../plural';
import codes from './codes/en';
import form from './form/en';
import live from './live/en';
import map from './map/en';
import orders from './orders/en';
import planned from './planned/en';
import publish from './publish/en';
import robots from './robots/en';

const texts = {
    title: 'Organise',
    needSignIn: 'Sign in with an organiser’s account to make and steer events.',
    signIn: 'Sign in',
    wrongRole:
        'Your account does not organise events. Ask an administrator to make it an organiser’s account.',
    retry: 'Try again',
    save: 'Save',
    saved: 'Saved.',
    saving: 'Saving …',
    cancel: 'Cancel',
    close: 'Close',
    remove: 'Remove',
    add: 'Add',
    unknown: '–',

    tabs: { label: 'This event', edit: 'Event', live: 'Live', orders: 'Orders', page: 'Public page' },
    status: { draft: 'Draft', published: 'Published', cancelled: 'Cancelled', archived: 'Over' },

    leave: {
        title: 'Leave without saving?',
        text: 'Your changes on this page would be lost.',
        action: 'Leave',
    },

    list: {
        title: 'Your events',
        create: 'New event',
        empty: 'You have no event yet.',
        emptyHint: 'Make one: what and where, prices, a seat map. Nobody sees it before you publish it.',
        sold: (sold: string, capacity: string) => `${sold} of ${capacity} sold`,
        filter: 'Show',
        filters: { all: 'All', draft: 'Drafts', published: 'Published', over: 'Over' },
        none: 'No event of this kind.',
        next: {
            missing: (n: number, locale: string) =>
                plural(locale, n, { one: '# thing is missing', other: '# things are missing' }),
            ready: 'Ready to publish',
            opens: (when: string) => `Sale opens ${when}`,
            onSale: 'On sale',
            soldOut: 'Sold out',
            over: 'Nothing to do',
            began: 'The event has begun',
        },
        edit: 'Edit',
        live: 'Live board',
        orders: 'Orders',
        door: 'Door',
    },

    poster: {
        title: 'Poster',
        hint: 'JPEG, PNG or WebP; shown on the event’s page and in lists.',
        choose: 'Choose a picture',
        replace: 'Choose another one',
        remove: 'Remove the poster',
        alt: 'What it shows, for those who cannot see it',
        none: 'No poster yet',
        preview: 'The poster as it is',
    },

    /** Of any picture that is uploaded. */
    picture: {
        uploading: 'Uploading …',
        tooLarge: (limit: string) => `The picture is too large; at most ${limit}.`,
        notAPicture:
            'This file is no picture that can be used: JPEG, PNG or WebP, at least 320 × 200 pixels, no side more than three times the other.',
    },

    form,
    publish,
    map,
    codes,
    robots,
    live,
    planned,
    orders,
};

export default texts;
export type Texts = typeof texts;
