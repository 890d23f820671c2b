/** Short news at the edge of the screen; they go by themselves unless they offer something. */

export interface Toast {
    id: number;
    text: string;
    tone: 'plain' | 'good' | 'bad';
    action?: { label: string; run: () => void } | undefined;
}

const STAYS_MS = 6_000;
const MOST = 4;
let last = 0;

class Toasts {
    list = $state<Toast[]>([]);

    show(text: string, tone: Toast['tone'] = 'plain', action?: Toast['action']): number {
        const toast = { id: ++last, text, tone, action };
        this.list = [...this.list, toast].slice(-MOST);
        if (!action) setTimeout(() => this.dismiss(toast.id), STAYS_MS);
        return toast.id;
    }

    dismiss(id: number): void {
        this.list = this.list.filter((toast) => toast.id !== id);
    }
}

export const toasts = new Toasts();
