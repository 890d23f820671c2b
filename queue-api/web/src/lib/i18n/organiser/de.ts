import { plural } from '../plural';
import codes from './codes/de';
import form from './form/de';
import live from './live/de';
import map from './map/de';
import orders from './orders/de';
import planned from './planned/de';
import publish from './publish/de';
import robots from './robots/de';
import type { Texts } from './en';

const texts: Texts = {
    title: 'Veranstalten',
    needSignIn:
        'Melden Sie sich mit einem Veranstalterkonto an, um Veranstaltungen anzulegen und zu steuern.',
    signIn: 'Anmelden',
    wrongRole:
        'Ihr Konto ist kein Veranstalterkonto. Bitten Sie die Verwaltung, es zu einem Veranstalterkonto zu machen.',
    retry: 'Noch einmal',
    save: 'Speichern',
    saved: 'Gespeichert.',
    saving: 'Wird gespeichert …',
    cancel: 'Abbrechen',
    close: 'Schließen',
    remove: 'Entfernen',
    add: 'Hinzufügen',
    unknown: '–',

    tabs: {
        label: 'Diese Veranstaltung',
        edit: 'Veranstaltung',
        live: 'Live',
        orders: 'Bestellungen',
        page: 'Öffentliche Seite',
    },
    status: { draft: 'Entwurf', published: 'Veröffentlicht', cancelled: 'Abgesagt', archived: 'Vorbei' },

    leave: {
        title: 'Ohne Speichern gehen?',
        text: 'Ihre Änderungen auf dieser Seite gingen verloren.',
        action: 'Gehen',
    },

    list: {
        title: 'Ihre Veranstaltungen',
        create: 'Neue Veranstaltung',
        empty: 'Sie haben noch keine Veranstaltung.',
        emptyHint:
            'Legen Sie eine an: was und wo, Preise, Saalplan. Niemand sieht sie, bevor Sie sie veröffentlichen.',
        sold: (sold, capacity) => `${sold} von ${capacity} verkauft`,
        filter: 'Zeigen',
        filters: { all: 'Alle', draft: 'Entwürfe', published: 'Veröffentlicht', over: 'Vorbei' },
        none: 'Keine Veranstaltung dieser Art.',
        next: {
            missing: (n, locale) => plural(locale, n, { one: '# Angabe fehlt', other: '# Angaben fehlen' }),
            ready: 'Bereit zur Veröffentlichung',
            opens: (when) => `Verkauf beginnt ${when}`,
            onSale: 'Im Verkauf',
            soldOut: 'Ausverkauft',
            over: 'Nichts zu tun',
            began: 'Die Veranstaltung hat begonnen',
        },
        edit: 'Bearbeiten',
        live: 'Live-Tafel',
        orders: 'Bestellungen',
        door: 'Einlass',
    },

    poster: {
        title: 'Plakat',
        hint: 'JPEG, PNG oder WebP; steht auf der Seite der Veranstaltung und in Listen.',
        choose: 'Bild wählen',
        replace: 'Anderes Bild wählen',
        remove: 'Plakat entfernen',
        alt: 'Was zu sehen ist, für alle, die es nicht sehen können',
        none: 'Noch kein Plakat',
        preview: 'Das jetzige Plakat',
    },

    picture: {
        uploading: 'Wird hochgeladen …',
        tooLarge: (limit) => `Das Bild ist zu groß; höchstens ${limit}.`,
        notAPicture:
            'Diese Datei ist kein brauchbares Bild: JPEG, PNG oder WebP, mindestens 320 × 200 Pixel, keine Seite mehr als dreimal so lang wie die andere.',
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
