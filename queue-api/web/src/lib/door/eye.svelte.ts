/** The door's camera as the screen shows it: whether it sees, why not, and its lamp. */

import { Camera, type CameraFault } from './camera';

export class Eye {
    seeing = $state(false);
    fault = $state<CameraFault>();
    /** Whether the lamp is on; undefined: there is none. */
    torch = $state<boolean>();
    readonly #see: (code: string) => void;
    #camera: Camera | undefined;
    /** The camera was taken away while nobody looked. */
    #lost = false;

    /** `see` is told every code, as often as it is seen. */
    constructor(see: (code: string) => void) {
        this.#see = see;
    }

    /** Shows the camera's picture, or begins again. */
    async open(video: HTMLVideoElement): Promise<void> {
        this.#camera ??= new Camera(video, this.#see, () => this.#lose());
        await this.#start(this.#camera);
    }

    close(): void {
        this.#camera?.stop();
    }

    /** The page was hidden, or is seen again. */
    looked(): void {
        if (document.hidden || !this.#lost || !this.#camera) return;
        this.#lost = false;
        void this.#start(this.#camera);
    }

    async switchTorch(): Promise<void> {
        this.torch = await this.#camera?.torch(!this.torch);
    }

    async #start(camera: Camera): Promise<void> {
        this.fault = undefined;
        this.fault = await camera.start();
        this.seeing = this.fault === undefined;
        this.torch = camera.hasTorch ? false : undefined;
    }

    #lose(): void {
        this.seeing = false;
        if (document.hidden) this.#lost = true;
        else if (this.#camera) void this.#start(this.#camera);
    }
}
