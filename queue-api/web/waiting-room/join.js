// Joining, and the puzzle in front of it when very many do.

function solve({ token, ...puzzle }) {
    const note = one('#proof');
    show(note, true);
    return new Promise((solved) => {
        const worker = new Worker(data.proof);
        const end = (number) => {
            worker.terminate();
            show(note, false);
            solved(number === undefined ? '' : token + '.' + number);
        };
        worker.onmessage = ({ data: { part, number } }) => {
            if (part === undefined) end(number);
            else note.querySelector('progress').value = part;
        };
        worker.onerror = () => end();
        worker.postMessage(puzzle);
    }).catch(() => '');
}

let proof = '';
let solutions = 0;

let code, lane;
let joining;
async function join() {
    clearTimeout(joining);
    for (const button of all('[data-join] button')) button.disabled = true;
    let wait = 3;
    try {
        const headers = { 'Onsale-Client': 'web', 'Content-Type': 'application/json' };
        if (proof) headers['Onsale-Proof'] = proof;
        const answer = await fetch('/api/events/' + event + '/waiting-room/places', {
            method: 'POST',
            headers,
            body: JSON.stringify({ code, lane }),
        });
        proof = '';
        const no = answer.status === 403 || answer.status === 429 ? await answer.json() : {};
        const { challenge } = no;
        // The page itself says why, and with which code one may complain.
        if (no.code) return location.reload();
        const [refused] = /(account|invitation)-\w+$/.exec(no.type) ?? [];
        if (refused) return location.replace('?refused=' + refused);
        if (challenge && solutions++ < 3) proof = await solve(challenge);
        if (proof) return join();
        solutions = 0;
        // Who cannot solve it waits; a cookie knows since when.
        wait = challenge?.slow.wait_seconds ?? 0;
        if (!challenge) wait = answer.ok ? 0 : Number(answer.headers.get('retry-after'));
        if (answer.ok) data.place = await answer.json();
        // What is possible now, the room itself says.
        if (!wait) await ask();
        if (answer.ok) channel?.postMessage({ type: 'changed', place: place().id });
    } catch {
        trouble = t.offline;
    }
    busyUntil = wait ? Date.now() + wait * between(1000, 2000) : 0;
    if (wait) joining = setTimeout(join, busyUntil - Date.now());
    else for (const button of all('[data-join] button')) button.disabled = false;
    show(one('#left'), false);
    render();
    later();
}

for (const form of all('[data-join]')) {
    form.addEventListener('submit', (submit) => {
        submit.preventDefault();
        code = form.elements.code?.value;
        if (form.elements.lane) lane = +form.elements.lane.value;
        void join();
    });
}
