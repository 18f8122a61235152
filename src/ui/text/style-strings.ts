import type { CaptionStyle } from './caption-style-values.ts';

/** The texts of the style dialog in one language. */
export interface StyleStrings {
  readonly language: string;
  readonly title: string;
  readonly reset: string;
  readonly done: string;
  /** Shown on the picture if there is no caption. */
  readonly sample: string;
  readonly asAuthored: string;
  readonly names: { readonly [Name in keyof CaptionStyle]-?: string };
  /** Names of colours, fonts and edges. */
  readonly values: Readonly<Record<string, string>>;
}

const en: StyleStrings = {
  language: 'en',
  title: 'Caption style',
  reset: 'Reset',
  done: 'Done',
  sample: 'Captions look like this',
  asAuthored: 'Default',
  names: {
    size: 'Size',
    font: 'Font',
    color: 'Text colour',
    opacity: 'Text opacity',
    edge: 'Edge',
    background: 'Background colour',
    backgroundOpacity: 'Background opacity',
    window: 'Window colour',
    windowOpacity: 'Window opacity',
  },
  values: {
    white: 'White',
    black: 'Black',
    red: 'Red',
    green: 'Green',
    blue: 'Blue',
    yellow: 'Yellow',
    magenta: 'Magenta',
    cyan: 'Cyan',
    default: 'Standard',
    'monospace-serif': 'Monospace with serifs',
    'proportional-serif': 'Proportional with serifs',
    'monospace-sans-serif': 'Monospace',
    'proportional-sans-serif': 'Proportional',
    casual: 'Casual',
    cursive: 'Cursive',
    'small-capitals': 'Small capitals',
    none: 'None',
    raised: 'Raised',
    depressed: 'Depressed',
    uniform: 'Outline',
    'drop-shadow': 'Drop shadow',
  },
};

const de: StyleStrings = {
  language: 'de',
  title: 'Darstellung der Untertitel',
  reset: 'Zurücksetzen',
  done: 'Fertig',
  sample: 'So sehen Untertitel aus',
  asAuthored: 'Vorgabe',
  names: {
    size: 'Größe',
    font: 'Schriftart',
    color: 'Textfarbe',
    opacity: 'Deckkraft des Textes',
    edge: 'Kontur',
    background: 'Hintergrundfarbe',
    backgroundOpacity: 'Deckkraft des Hintergrunds',
    window: 'Fensterfarbe',
    windowOpacity: 'Deckkraft des Fensters',
  },
  values: {
    white: 'Weiß',
    black: 'Schwarz',
    red: 'Rot',
    green: 'Grün',
    blue: 'Blau',
    yellow: 'Gelb',
    magenta: 'Magenta',
    cyan: 'Cyan',
    default: 'Standard',
    'monospace-serif': 'Nichtproportional mit Serifen',
    'proportional-serif': 'Proportional mit Serifen',
    'monospace-sans-serif': 'Nichtproportional',
    'proportional-sans-serif': 'Proportional',
    casual: 'Locker',
    cursive: 'Schreibschrift',
    'small-capitals': 'Kapitälchen',
    none: 'Keine',
    raised: 'Erhaben',
    depressed: 'Vertieft',
    uniform: 'Umriss',
    'drop-shadow': 'Schlagschatten',
  },
};

const fr: StyleStrings = {
  language: 'fr',
  title: 'Apparence des sous-titres',
  reset: 'Réinitialiser',
  done: 'Terminé',
  sample: 'Aperçu des sous-titres',
  asAuthored: 'Par défaut',
  names: {
    size: 'Taille',
    font: 'Police',
    color: 'Couleur du texte',
    opacity: 'Opacité du texte',
    edge: 'Contour',
    background: 'Couleur du fond',
    backgroundOpacity: 'Opacité du fond',
    window: 'Couleur de la fenêtre',
    windowOpacity: 'Opacité de la fenêtre',
  },
  values: {
    white: 'Blanc',
    black: 'Noir',
    red: 'Rouge',
    green: 'Vert',
    blue: 'Bleu',
    yellow: 'Jaune',
    magenta: 'Magenta',
    cyan: 'Cyan',
    default: 'Standard',
    'monospace-serif': 'Chasse fixe avec empattements',
    'proportional-serif': 'Proportionnelle avec empattements',
    'monospace-sans-serif': 'Chasse fixe',
    'proportional-sans-serif': 'Proportionnelle',
    casual: 'Décontractée',
    cursive: 'Cursive',
    'small-capitals': 'Petites capitales',
    none: 'Aucun',
    raised: 'Relief',
    depressed: 'Creux',
    uniform: 'Contour uniforme',
    'drop-shadow': 'Ombre portée',
  },
};

/** The texts for a language tag; English by default. */
export function styleStringsFor(language: string): StyleStrings {
  const [primary] = language.toLowerCase().split('-');
  return [en, de, fr].find((strings) => strings.language === primary) ?? en;
}
