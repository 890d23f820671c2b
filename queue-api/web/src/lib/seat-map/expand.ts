/**
 * The seats of a document as arrays. Indices, positions and tiers are the server's own: `vectors.json`, written by
 * it, keeps both together. Everything that draws or searches reads the arrays only, so seats that follow no rows
 * need no more than another way to fill them.
 */

import {
    AISLE_WIDTH_CM,
    corners,
    ROW_PITCH_CM,
    rowName,
    SEAT_PITCH_CM,
    seatNumber,
    type SeatMapDocument,
    type Section,
} from './document';
import { boxOf, grow, type Box, type Point } from './box';

/** Of a seat's distance to its nearest neighbour, the part that its radius takes. */
const RADIUS_SHARE = 0.42;
/** Steps in which a curved edge is drawn. */
const ARC_STEPS = 12;

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
    seatRadius: number;
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
    /** The smallest distance between neighbours: what decides when single seats can be seen. */
    pitch: number;
}

/** Expands a document. It must be one that the server took, or would take. */
export function expand(document: SeatMapDocument): SeatMap {
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
        row: new Uint32Array(seatCount),
        rowSection: new Uint16Array(rowCount),
        rowPosition: new Uint16Array(rowCount),
        rowFirst: new Uint32Array(rowCount + 1),
        sections: [],
        ...regions,
        stage: stageOf(document),
        box: boxOf([]),
        tiers: [],
        pitch: Math.min(SEAT_PITCH_CM, ...sections.map((s) => s.seat_pitch_cm ?? SEAT_PITCH_CM)),
    };
    sections.forEach((section, index) => placeSection(map, section, index, seatsOfRows[index] ?? []));
    map.box = grow(
        boxOf(
            [...map.sections, ...map.areas, ...map.landmarks].flatMap(({ box }) => [
                box.left,
                box.top,
                box.right,
                box.bottom,
            ]),
        ),
        map.pitch,
    );
    const tiers = seatsOfRows.flat().map((row) => row.tier);
    map.tiers = [...new Set([...tiers, ...map.areas.map((area) => area.tier)])].sort((a, b) => a - b);
    return map;
}

interface RowPlan {
    seats: number;
    tier: number;
}

function seatsByRow(section: Section): RowPlan[] {
    return section.rows.flatMap((range) => {
        const every = range.widen_every ?? 0;
        return Array.from({ length: range.count }, (_, row) => ({
            seats: range.seats + (every > 0 ? Math.floor(row / every) : 0),
            tier: range.tier,
        }));
    });
}

/** Where a point of a section lies: `along` its row from the middle, `row` rows behind the front. */
type Place = (along: number, row: number) => Point;

function placer(section: Section): Place {
    const rowPitch = section.row_pitch_cm ?? ROW_PITCH_CM;
    const front = section.curve_radius_cm ?? null;
    const turn = ((section.rotation_mdeg ?? 0) / 1000) * (Math.PI / 180);
    const [sin, cos] = [Math.sin(turn), Math.cos(turn)];
    return (along, row) => {
        let u = along;
        let v = row * rowPitch;
        if (front !== null) {
            const radius = front + v;
            u = radius * Math.sin(along / radius);
            v = radius * Math.cos(along / radius) - front;
        }
        return { x: section.x_cm + u * cos - v * sin, y: section.y_cm + u * sin + v * cos };
    };
}

/** Distance of each column from the first seat of its row. */
function columns(section: Section, widest: number): Float64Array {
    const pitch = section.seat_pitch_cm ?? SEAT_PITCH_CM;
    const aisles = section.aisles ?? [];
    return Float64Array.from({ length: widest }, (_, column) => {
        const passed = aisles.filter((after) => after <= column).length;
        return column * pitch + passed * AISLE_WIDTH_CM;
    });
}

function placeSection(map: SeatMap, section: Section, index: number, plan: RowPlan[]): void {
    const place = placer(section);
    const along = columns(section, Math.max(1, ...plan.map((row) => row.seats)));
    const lengths = plan.map((row) => along[Math.max(0, row.seats - 1)] ?? 0);
    const before = map.sections.at(-1);
    const firstRow = before ? before.firstRow + before.rows : 0;
    const firstSeat = before ? before.firstSeat + before.seats : 0;
    let seat = firstSeat;
    plan.forEach((row, position) => {
        const at = firstRow + position;
        map.rowSection[at] = index;
        map.rowPosition[at] = position;
        map.rowFirst[at] = seat;
        for (let column = 0; column < row.seats; column++, seat++) {
            const point = place((along[column] ?? 0) - (lengths[position] ?? 0) / 2, position);
            map.x[seat] = point.x;
            map.y[seat] = point.y;
            map.tier[seat] = row.tier;
            map.row[seat] = at;
        }
        map.rowFirst[at + 1] = seat;
    });
    const seatPitch = section.seat_pitch_cm ?? SEAT_PITCH_CM;
    const outline = outlineOf(place, lengths, seatPitch, section.curve_radius_cm != null);
    map.sections.push({
        name: section.name,
        firstSeat,
        seats: seat - firstSeat,
        firstRow,
        rows: plan.length,
        outline,
        box: boxOf(outline),
        middle: place(0, (plan.length - 1) / 2),
        seatRadius: Math.min(seatPitch, section.row_pitch_cm ?? ROW_PITCH_CM) * RADIUS_SHARE,
    });
}

/** Along the front, down the right ends of the rows, back along the last row, up the left ends. */
function outlineOf(place: Place, lengths: number[], pitch: number, curved: boolean): Float32Array {
    const points: number[] = [];
    const add = (along: number, row: number) => {
        const { x, y } = place(along, row);
        points.push(x, y);
    };
    const last = lengths.length - 1;
    const half = (row: number) =>
        (lengths[Math.min(last, Math.max(0, Math.round(row)))] ?? 0) / 2 + pitch * 0.8;
    const side = sideOf(lengths.map((_, row) => half(row)));
    const edge = (row: number, at: number, direction: 1 | -1) => {
        const steps = curved ? ARC_STEPS : 1;
        for (let step = 0; step <= steps; step++) add(direction * half(row) * ((2 * step) / steps - 1), at);
    };
    edge(0, -0.6, 1);
    for (const row of side) add(half(row), row);
    edge(last, last + 0.6, -1);
    for (const row of side.reverse()) add(-half(row), row);
    return Float32Array.from(points);
}

/** The rows between the first and the last at which the straightest side around all rows bends. */
function sideOf(halves: number[]): number[] {
    const bends: number[] = [];
    const turns = (a: number, b: number, c: number) =>
        (b - a) * (halves[c]! - halves[a]!) - (c - a) * (halves[b]! - halves[a]!) >= 0;
    halves.forEach((_, row) => {
        while (bends.length > 1 && turns(bends.at(-2)!, bends.at(-1)!, row)) bends.pop();
        bends.push(row);
    });
    return bends.slice(1, -1);
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

/** What a seat is called. */
export interface SeatName {
    section: string;
    row: string;
    number: number;
}

export function sectionOf(map: SeatMap, seat: number): number {
    return map.rowSection[map.row[seat] ?? 0] ?? 0;
}

export function rowNameOf(map: SeatMap, row: number): string {
    const section = map.document.sections?.[map.rowSection[row] ?? 0];
    return rowName(section?.row_names, map.rowPosition[row] ?? 0);
}

export function nameOf(map: SeatMap, seat: number): SeatName {
    const row = map.row[seat] ?? 0;
    const section = map.document.sections?.[map.rowSection[row] ?? 0];
    const first = map.rowFirst[row] ?? 0;
    const seats = (map.rowFirst[row + 1] ?? 0) - first;
    return {
        section: section?.name ?? '',
        row: rowNameOf(map, row),
        number: seatNumber(section?.seat_numbers, seat - first, seats),
    };
}

/** The stretches of a row between its aisles, each from its first seat to before its last: only those are neighbours. */
export function stretches(map: SeatMap, row: number): [number, number][] {
    const [first, end] = [map.rowFirst[row] ?? 0, map.rowFirst[row + 1] ?? 0];
    const aisles = map.document.sections?.[map.rowSection[row] ?? 0]?.aisles ?? [];
    const cuts = [...aisles.map((after) => first + after).filter((cut) => cut < end), end];
    let start = first;
    return cuts.map((cut) => {
        const stretch: [number, number] = [start, cut];
        start = cut;
        return stretch;
    });
}
