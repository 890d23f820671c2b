/** The running system that is tested: `infra/test` starts one, `infra/status --browser-env` names that of `infra/up`. */

function told(name: string): string {
    const value = process.env[name];
    if (!value) {
        throw new Error(
            `${name} is not set: run infra/test --only browser, or eval "$(infra/status --browser-env)"`,
        );
    }
    return value;
}

/** Where the web application and the API are. */
export const address = told('ONSALE_WEB_TEST_URL');
/** Where the mail that was sent can be read. */
export const mailboxAddress = told('ONSALE_WEB_TEST_MAILBOX_URL');
export const administrator = {
    email: told('ONSALE_ADMIN_EMAIL'),
    password: told('ONSALE_ADMIN_PASSWORD'),
};
