/** Finds QR codes in pictures: the browser's own detector where it reads them, else one that we serve ourselves. */

export interface Detector {
    detect(picture: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

interface NativeDetector {
    new (options: { formats: string[] }): Detector;
    getSupportedFormats(): Promise<string[]>;
}

export async function makeDetector(): Promise<Detector> {
    const native = (globalThis as { BarcodeDetector?: NativeDetector }).BarcodeDetector;
    const formats = await native?.getSupportedFormats().catch((): string[] => []);
    if (native && formats?.includes('qr_code')) return new native({ formats: ['qr_code'] });
    const [{ BarcodeDetector, prepareZXingModule }, wasm] = await Promise.all([
        import('barcode-detector/ponyfill'),
        import('zxing-wasm/reader/zxing_reader.wasm?url'),
    ]);
    await prepareZXingModule({ overrides: { locateFile: () => wasm.default }, fireImmediately: true });
    return new BarcodeDetector({ formats: ['qr_code'] });
}
