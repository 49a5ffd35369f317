import type { Colour } from './sgr.ts';

/** The colours of a picture: each on the background can be read (WCAG AA: 4.5 to 1). */
export type Theme = Readonly<Record<'background' | 'border' | 'text' | 'dim' | Colour, string>>;

/** As GitHub's pages have them, on which the pictures are mostly seen. */
export const themes = {
  light: {
    background: '#ffffff',
    border: '#d1d9e0',
    text: '#1f2328',
    dim: '#59636e',
    red: '#cf222e',
    green: '#1a7f37',
    yellow: '#9a6700',
    blue: '#0969da',
    magenta: '#8250df',
    cyan: '#1b7c83',
  },
  dark: {
    background: '#0d1117',
    border: '#3d444d',
    text: '#f0f6fc',
    dim: '#9198a1',
    red: '#ff7b72',
    green: '#3fb950',
    yellow: '#d29922',
    blue: '#58a6ff',
    magenta: '#bc8cff',
    cyan: '#39c5cf',
  },
} as const satisfies Readonly<Record<string, Theme>>;

export type ThemeName = keyof typeof themes;
