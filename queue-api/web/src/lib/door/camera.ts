/** The camera that is always on: tells every code it sees, gives the phone a rest while nobody looks. */

import { makeDetector, type Detector } from './detector';

/** Why there is no picture. */
export type CameraFault = 'denied' | 'missing' | 'busy' | 'insecure' | 'failed';

/** Between two looks; the detector's own time comes on top. */
const REST_MS = 40;
/** While nothing can be seen. */
const IDLE_MS = 250;

export class Camera {
    readonly #video: HTMLVideoElement;
    readonly #see: (code: string) => void;
    readonly #lost: () => void;
    #stream: MediaStream | undefined;
    #detector: Promise<Detector> | undefined;
    #timer: ReturnType<typeof setTimeout> | undefined;
    #running = false;

    /** `lost` is told when the system takes the camera away: a call, another application, a pulled plug. */
    constructor(video: HTMLVideoElement, see: (code: string) => void, lost: () => void) {
        this.#video = video;
        this.#see = see;
        this.#lost = lost;
    }

    /** Begins; tells why not, if it cannot. */
    async start(): Promise<CameraFault | undefined> {
        this.stop();
        if (!navigator.mediaDevices) return 'insecure';
        this.#detector ??= makeDetector();
        this.#running = true;
        try {
            const wanted = {
                facingMode: 'environment',
                width: { ideal: 1280 },
                height: { ideal: 720 },
            };
            const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
            if (!this.#running) {
                for (const track of stream.getTracks()) track.stop();
                return undefined;
            }
            this.#stream = stream;
            stream.getVideoTracks()[0]?.addEventListener('ended', this.#lost);
            this.#video.srcObject = stream;
            await this.#video.play();
            await this.#detector;
        } catch (error) {
            this.stop();
            return faultOf(error);
        }
        void this.#look();
        return undefined;
    }

    stop(): void {
        this.#running = false;
        clearTimeout(this.#timer);
        for (const track of this.#stream?.getTracks() ?? []) track.stop();
        this.#stream = undefined;
        this.#video.srcObject = null;
    }

    /** Whether the lamp can be switched. */
    get hasTorch(): boolean {
        const track = this.#stream?.getVideoTracks()[0];
        const able = track?.getCapabilities?.() as { torch?: boolean } | undefined;
        return able?.torch === true;
    }

    /** Switches the lamp; tells whether it is on. */
    async torch(on: boolean): Promise<boolean> {
        const track = this.#stream?.getVideoTracks()[0];
        try {
            await track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
            return on;
        } catch {
            // As it was.
            return !on;
        }
    }

    async #look(): Promise<void> {
        const ready = this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !document.hidden;
        if (ready) {
            const detector = await this.#detector;
            // One picture that cannot be read is no reason to stop.
            const codes = await detector?.detect(this.#video).catch(() => []);
            for (const code of codes ?? []) if (this.#running) this.#see(code.rawValue);
        }
        if (this.#running) this.#timer = setTimeout(() => void this.#look(), ready ? REST_MS : IDLE_MS);
    }
}

function faultOf(error: unknown): CameraFault {
    switch (error instanceof DOMException ? error.name : '') {
        case 'NotAllowedError':
        case 'SecurityError':
            return 'denied';
        case 'NotFoundError':
        case 'OverconstrainedError':
            return 'missing';
        case 'NotReadableError':
        case 'AbortError':
            return 'busy';
        default:
            console.error(error);
            return 'failed';
    }
}
