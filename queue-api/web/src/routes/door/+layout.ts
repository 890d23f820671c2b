import { door } from '$lib/i18n/door';

export const load = () => door.load();
