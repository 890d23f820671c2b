// What the waiting-room page does beyond being reloaded: follows the line over one socket for all tabs, counts down,
// tells when the turn comes, checks the draw. Without it everything works by forms. Its parts are one module in the
// page, in this order: draw, words, line, screens, turn, join, news, and this one.

// Whoever is held back learns what the organiser made of it.
if (data.held)
    setInterval(
        async () => {
            const answer = await fetch('/api/events/' + event + '/appeals/' + data.held).catch(() => ({}));
            if (answer.ok && (await answer.json()).status !== 'open') location.reload();
        },
        between(20000, 30000),
    );

// The choice of a language goes along to the other screens, and comes from there.
const asked = new URLSearchParams(location.search).get('lang');
try {
    const chosen = localStorage.getItem('onsale.locale');
    if (/^(en|de|fr)$/.test(asked)) localStorage.setItem('onsale.locale', asked);
    else if (!asked && /^(en|de|fr)$/.test(chosen) && chosen !== data.lang)
        location.replace('?lang=' + chosen);
} catch {
    document.documentElement.dataset.storage = 'none';
}

one('#trouble').dataset.server = one('#trouble').textContent;
addEventListener('online', () => ask());
document.addEventListener('visibilitychange', () => {
    if (!document.hidden && Date.now() - lineAt > 5000) void ask();
});
void drawn().then(render);
render();
later();
