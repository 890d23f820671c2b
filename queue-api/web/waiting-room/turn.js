// When the turn comes: sound, notification, push; and the link to wait for it on another device.

let sound;
function beep(pitch, after) {
    const [tone, volume] = [sound.createOscillator(), sound.createGain()];
    const at = sound.currentTime + after;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.35);
    tone.connect(volume).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.4);
}

function called(first, text) {
    one('#loud').textContent = text;
    if (first) return;
    // Browsers refuse, and say so, before the first tap.
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([300, 150, 300]);
    if (!sound) return;
    for (const at of [0, 1, 2]) beep(660 + at * 110, at * 0.4);
    try {
        // Phones allow it to service workers only; there sound and vibration must do.
        new Notification(text, { body: data.title, tag: event, requireInteraction: true });
    } catch {
        return;
    }
}

one('#alerts button').addEventListener('click', async ({ currentTarget: button }) => {
    sound ??= new AudioContext();
    await sound.resume();
    beep(880, 0);
    button.setAttribute('aria-pressed', 'true');
    button.textContent = t.alert_on;
    if ('Notification' in self) await Notification.requestPermission();
});

// Being told by the browser while this page is closed. By mail it works with forms.
const push = one('#tell [aria-pressed]');
show(push.parentNode, data.push && 'PushManager' in self && 'serviceWorker' in navigator);
push.addEventListener('click', async () => {
    const wanted = push.getAttribute('aria-pressed') === 'false';
    let done = false;
    push.disabled = true;
    try {
        const body = wanted && JSON.stringify({ ...(await subscription()).toJSON(), locale: language });
        const answer = await fetch('/api/waiting-room/places/' + place().id + '/turn-notices/push', {
            method: wanted ? 'PUT' : 'DELETE',
            headers: { 'Onsale-Client': 'web', 'Content-Type': 'application/json' },
            ...(wanted && { body }),
        });
        done = answer.ok;
    } catch {
        done = false;
    }
    push.disabled = false;
    if (done) push.setAttribute('aria-pressed', wanted);
    push.textContent = done ? (wanted ? t.push_on : t.push) : t.push_cannot;
});

async function subscription() {
    if ((await Notification.requestPermission()) !== 'granted') throw 0;
    await navigator.serviceWorker.register('/service-worker.js');
    const { pushManager } = await navigator.serviceWorker.ready;
    return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: data.push });
}

const [field, copy] = all('#link input, #link button');
show(copy, Boolean(navigator.clipboard));
copy.onclick = async () => {
    await navigator.clipboard.writeText(field.value);
    copy.textContent = t.link_copied;
};
one('#link').ontoggle = () =>
    (field.value = location.origin + location.pathname + '?resume=' + place().token);
