/**
 * The seats of a document as arrays. Indices, positions and tiers are the server's own: `vectors.json`, written by
 * it, keeps both together. Everything that draws or searches reads the arrays only; rows that follow a rule and seats
 * that lie where a drawing has them are two ways to fill them.
 */

import { corners, KINDS, SEAT_PITCH_CM, type SeatMapDocument, type Section } from './document';
import { boxOf, grow, type Box, type Point } from './box';
import type { placeDrawn } from './placed';
import { placeRows } from './rows';

/** Of a seat's distance to its nearest neighbour, the part that its radius takes. */
const RADIUS_SHARE = 0.42;
/** Sections with so few of the seats do not decide how close one must come to see single ones. */
const ODD_SHARE = 0.01;
/** Decoration around the seats is shown up to this part of their extent. */
const MARGIN_SHARE = 0.25;

export interface SectionGeometry {
    name: string;
    firstSeat: number;
    seats: number;
    firstRow: number;
    rows: number;
    /** x, y, x, y …: around all its seats, centimetres. */
    outline: Float32Array;
    box: Box;
    middle: Point;
    /** From seat to seat. */
    pitch: number;
    seatRadius: number;
}

/** How the seats of a section lie. */
export interface Lie {
    outline: Float32Array;
    middle: Point;
    pitch: number;
    /** What is free around a seat. */
    room: number;
}

/** A standing area or a landmark. */
export interface Region {
    name: string;
    outline: Float32Array;
    box: Box;
    middle: Point;
}

export interface AreaGeometry extends Region {
    capacity: number;
    tier: number;
}

export interface SeatMap {
    document: SeatMapDocument;
    seatCount: number;
    /** By seat, centimetres on the page. */
    x: Float32Array;
    y: Float32Array;
    tier: Uint16Array;
    /** A position in `KINDS`; 0: an ordinary seat. */
    kind: Uint8Array;
    row: Uint32Array;
    /** By row. */
    rowSection: Uint16Array;
    rowPosition: Uint16Array;
    /** First seat of each row; one entry more than there are rows. */
    rowFirst: Uint32Array;
    sections: SectionGeometry[];
    areas: AreaGeometry[];
    landmarks: Region[];
    /** Where everybody looks. */
    stage: Point;
    box: Box;
    /** Every tier that a seat or an area names, rising. */
    tiers: number[];
    /** Every kind that a seat is of, beside the ordinary one. */
    kinds: number[];
    /** The smallest distance between neighbours: what decides when single seats can be seen. */
    pitch: number;
}

/**
 * Expands a document. It must be one that the server took, or would take. Where seats lie as in a drawing it needs
 * what places them (placed.ts), which most maps do without.
 */
export function expand(document: SeatMapDocument, place?: typeof placeDrawn): SeatMap {
    const sections = document.sections ?? [];
    const seatsOfRows = sections.map(seatsByRow);
    const rowCount = seatsOfRows.reduce((sum, rows) => sum + rows.length, 0);
    const seatCount = seatsOfRows.flat().reduce((sum, row) => sum + row.seats, 0);
    const regions = { areas: areasOf(document), landmarks: (document.landmarks ?? []).map(region) };
    const map: SeatMap = {
        document,
        seatCount,
        x: new Float32Array(seatCount),
        y: new Float32Array(seatCount),
        tier: new Uint16Array(seatCount),
        kind: new Uint8Array(seatCount),
        row: new Uint32Array(seatCount),
        rowSection: new Uint16Array(rowCount),
        rowPosition: new Uint16Array(rowCount),
        rowFirst: new Uint32Array(rowCount + 1),
        sections: [],
        ...regions,
        stage: stageOf(document),
        box: boxOf([]),
        tiers: [],
        kinds: [],
        pitch: SEAT_PITCH_CM,
    };
    sections.forEach((section, index) => placeSection(map, section, index, seatsOfRows[index] ?? [], place));
    map.box = wholeBox(map);
    map.pitch = finestPitch(map);
    map.tiers = [...new Set([...new Set(map.tier), ...map.areas.map((area) => area.tier)])].sort(
        (a, b) => a - b,
    );
    map.kinds = KINDS.map((_, kind) => kind).filter((kind) => kind > 0 && map.kind.includes(kind));
    return map;
}

/** Everything there is, and of decoration what is not too far off. */
function wholeBox({ sections, areas, landmarks, document, pitch }: SeatMap): Box {
    const sides = ({ left, top, right, bottom }: Box) => [left, top, right, bottom];
    const box = boxOf([...sections, ...areas, ...landmarks].flatMap((part) => sides(part.box)));
    const { background } = document;
    if (!background) return grow(box, pitch);
    const margin = Math.max(box.right - box.left, box.bottom - box.top) * MARGIN_SHARE;
    const { x_cm: x, y_cm: y, width_cm: width, height_cm: height } = background;
    return grow(
        {
            left: Math.min(box.left, Math.max(x, box.left - margin)),
            top: Math.min(box.top, Math.max(y, box.top - margin)),
            right: Math.max(box.right, Math.min(x + width, box.right + margin)),
            bottom: Math.max(box.bottom, Math.min(y + height, box.bottom + margin)),
        },
        pitch,
    );
}

function finestPitch({ sections, seatCount }: SeatMap): number {
    const finest = [...sections].sort((a, b) => a.pitch - b.pitch);
    let seen = 0;
    const found = finest.find(({ seats }) => (seen += seats) > seatCount * ODD_SHARE);
    return Math.min(SEAT_PITCH_CM, found?.pitch ?? SEAT_PITCH_CM);
}

interface RowPlan {
    seats: number;
    tier: number;
}

function seatsByRow(section: Section): RowPlan[] {
    if (section.placed?.length) return section.placed.map(({ x_cm, tier }) => ({ seats: x_cm.length, tier }));
    return section.rows.flatMap((range) => {
        const every = range.widen_every ?? 0;
        return Array.from({ length: range.count }, (_, row) => ({
            seats: range.seats + (every > 0 ? Math.floor(row / every) : 0),
            tier: range.tier,
        }));
    });
}

/** Expands a document with what it needs for that. */
export async function expandAny(document: SeatMapDocument): Promise<SeatMap> {
    const drawn = document.sections?.some(({ placed }) => placed?.length);
    return expand(document, drawn ? (await import('./placed')).placeDrawn : undefined);
}

function placeSection(
    map: SeatMap,
    section: Section,
    index: number,
    plan: RowPlan[],
    place?: typeof placeDrawn,
): void {
    const before = map.sections.at(-1);
    const firstRow = before ? before.firstRow + before.rows : 0;
    const firstSeat = before ? before.firstSeat + before.seats : 0;
    let seat = firstSeat;
    plan.forEach((row, position) => {
        const at = firstRow + position;
        map.rowSection[at] = index;
        map.rowPosition[at] = position;
        map.rowFirst[at] = seat;
        map.tier.fill(row.tier, seat, seat + row.seats);
        map.row.fill(at, seat, (seat += row.seats));
        map.rowFirst[at + 1] = seat;
    });
    mark(map, section, firstSeat);
    const lie =
        place && section.placed?.length
            ? place(map, section, section.placed, firstSeat)
            : placeRows(
                  map,
                  section,
                  plan.map(({ seats }) => seats),
                  firstSeat,
              );
    map.sections.push({
        name: section.name,
        firstSeat,
        seats: seat - firstSeat,
        firstRow,
        rows: plan.length,
        outline: lie.outline,
        box: boxOf(lie.outline),
        middle: lie.middle,
        pitch: lie.pitch,
        seatRadius: lie.room * RADIUS_SHARE,
    });
}

/** What single seats have that their rows have not. */
function mark(map: SeatMap, section: Section, firstSeat: number): void {
    for (const { seats, tier, kind } of section.marks ?? []) {
        for (const [first = 0, last = first] of seats) {
            const range = [firstSeat + first, firstSeat + last + 1] as const;
            if (tier != null) map.tier.fill(tier, ...range);
            if (kind) map.kind.fill(KINDS.indexOf(kind), ...range);
        }
    }
}

function region(drawn: { name: string; shape: Parameters<typeof corners>[0] }): Region {
    const points = corners(drawn.shape);
    const outline = Float32Array.from(points.flat());
    const mean = (part: 0 | 1) =>
        points.reduce((sum, point) => sum + point[part], 0) / Math.max(1, points.length);
    return { name: drawn.name, outline, box: boxOf(outline), middle: { x: mean(0), y: mean(1) } };
}

function areasOf(document: SeatMapDocument): AreaGeometry[] {
    return (document.areas ?? []).map((area) => ({
        ...region(area),
        capacity: area.capacity,
        tier: area.tier,
    }));
}

function stageOf(document: SeatMapDocument): Point {
    const landmark = document.landmarks?.[0];
    if (landmark) return region(landmark).middle;
    const front = document.sections?.[0];
    return front ? { x: front.x_cm, y: front.y_cm } : { x: 0, y: 0 };
}
