/** Where to go after signing in: a path of ours, nothing else. */
export function nextPath(search: URLSearchParams, otherwise = '/'): string {
    const next = search.get('next') ?? '';
    // `//elsewhere` and `/\elsewhere` are other sites to a browser.
    return /^\/(?![/\\])/.test(next) ? next : otherwise;
}
