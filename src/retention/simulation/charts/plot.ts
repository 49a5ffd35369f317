import { element, escaped, round } from './element.ts';

/** A part of the picture in which a place across stands for a time. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
}

/** How far right a time is. */
export function across({ left, right, start, end }: Plot, time: number): number {
  return round(left + part(time, start, end) * (right - left));
}

/** How far down a time is, in a plot whose height stands for the same times as its width. */
export function down({ top, bottom, start, end }: Plot, time: number): number {
  return round(top + part(time, start, end) * (bottom - top));
}

function part(time: number, start: number, end: number): number {
  return Math.min(Math.max((time - start) / (end - start), 0), 1);
}

export type Anchor = 'start' | 'middle' | 'end';

/** The attributes are for programs that know no style sheets. */
export function words(x: number, y: number, text: string, anchor: Anchor = 'start'): string {
  return element('text', { x: round(x), y: round(y), 'text-anchor': anchor, fill: '#475569' }, escaped(text));
}

export function gridLine(x1: number, y1: number, x2: number, y2: number): string {
  return element('path', { class: 'grid', d: `M${x1} ${y1}L${x2} ${y2}`, stroke: '#e2e8f0' });
}

export interface Tick {
  readonly time: number;
  readonly text: string;
}

const maximumTicks = 10;

/** First days of months, or days when they are few; as many as have room. Dates are YYYY-MM-DD. */
export function dateTicks(dates: readonly string[]): Tick[] {
  const isLong = dates.length > 70;
  const candidates = isLong ? dates.filter((date) => date.endsWith('-01')) : dates;
  const steps = isLong ? [1, 2, 3, 6, 12, 24, 60] : [1, 2, 7];
  const step = steps.find((one) => every(one).length <= maximumTicks) ?? steps.at(-1) ?? 1;
  return every(step).map((date) => ({ time: Date.parse(date), text: isLong ? date.slice(0, 7) : date }));

  function every(step: number): string[] {
    return candidates.filter((date, index) => (isLong ? monthOf(date) % step === 0 : index % step === 0));
  }
}

/** Counted from the year 0, so that every sixth is a January or a July. */
function monthOf(date: string): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
}
