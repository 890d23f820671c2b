// installed.mjs FOLDER: exits 0 when node_modules holds exactly what package-lock.json names (npm keeps a list
// of what it has installed, written last), else 1 and says what is missing.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];

function packages(file) {
    try {
        return JSON.parse(readFileSync(join(folder, file), 'utf8')).packages;
    } catch {
        return {};
    }
}

const wanted = packages('package-lock.json');
const installed = packages('node_modules/.package-lock.json');
// Optional ones are those of other systems.
const missing = Object.entries(wanted).filter(
    ([path, { version, optional }]) =>
        path !== '' && version !== installed[path]?.version && !(optional && !installed[path]),
);
const surplus = Object.keys(installed).filter((path) => !wanted[path]);

for (const path of [...missing.map(([path]) => path), ...surplus]) console.log(path);
process.exit(missing.length + surplus.length > 0 || Object.keys(wanted).length === 0 ? 1 : 0);
