/** A bitmap of a tile's size that seats are stamped on before it is laid over the tile; one for all. */

export interface StampingGround {
    canvas: HTMLCanvasElement;
    pixels: Uint32Array;
    /** Brings the pixels onto the canvas. */
    show: () => void;
}

let ground: StampingGround | undefined;

export function stampingGround(edge: number): StampingGround {
    if (ground?.canvas.width === edge) return ground;
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = edge;
    const context = canvas.getContext('2d');
    const data = new ImageData(edge, edge);
    const pixels = new Uint32Array(data.data.buffer);
    return (ground = { canvas, pixels, show: () => context?.putImageData(data, 0, 0) });
}
