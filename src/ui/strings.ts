import type { ErrorCategory } from '../base/errors.ts';

/** The texts of the controls in one language. */
export interface Strings {
  readonly language: string;
  readonly player: string;
  readonly play: string;
  readonly pause: string;
  readonly replay: string;
  readonly forward: string;
  readonly rewind: string;
  readonly seek: string;
  readonly of: string;
  readonly mute: string;
  readonly unmute: string;
  readonly muted: string;
  readonly volume: string;
  readonly quality: string;
  readonly auto: string;
  readonly audio: string;
  readonly captions: string;
  readonly off: string;
  /** Opens the dialog for the caption style. */
  readonly captionStyle: string;
  readonly chapters: string;
  readonly speed: string;
  readonly normal: string;
  readonly enterFullscreen: string;
  readonly exitFullscreen: string;
  readonly enterPip: string;
  readonly exitPip: string;
  readonly loading: string;
  readonly failed: string;
  readonly retry: string;
  readonly details: string;
  readonly statistics: string;
  readonly close: string;
  /** Messages for viewers by category; `undefined`: use the error's own message, which is more specific. */
  readonly failures: Readonly<Record<ErrorCategory, string>> | undefined;
  readonly settings: string;
  readonly back: string;
  readonly skipBack: string;
  readonly skipForward: string;
  readonly copyDetails: string;
  readonly copied: string;
  readonly aboutError: string;
}

const en: Strings = {
  language: 'en',
  player: 'Video player',
  play: 'Play',
  pause: 'Pause',
  replay: 'Play again',
  forward: 'Fast forward',
  rewind: 'Rewind',
  seek: 'Seek',
  of: 'of',
  mute: 'Mute',
  unmute: 'Unmute',
  muted: 'Muted',
  volume: 'Volume',
  quality: 'Quality',
  auto: 'Auto',
  audio: 'Audio',
  captions: 'Subtitles and captions',
  off: 'Off',
  captionStyle: 'Style…',
  chapters: 'Chapters',
  speed: 'Speed',
  normal: 'Normal',
  enterFullscreen: 'Full screen',
  exitFullscreen: 'Exit full screen',
  enterPip: 'Picture in picture',
  exitPip: 'Exit picture in picture',
  loading: 'Loading',
  failed: 'This video can’t be played',
  retry: 'Try again',
  details: 'Technical details',
  statistics: 'Playback statistics',
  close: 'Close',
  failures: undefined,
  settings: 'Settings',
  back: 'Back',
  skipBack: 'Back 10 seconds',
  skipForward: 'Forward 10 seconds',
  copyDetails: 'Copy details',
  copied: 'Copied',
  aboutError: 'About this error',
};

const de: Strings = {
  language: 'de',
  player: 'Videoplayer',
  play: 'Abspielen',
  pause: 'Anhalten',
  replay: 'Noch einmal',
  forward: 'Schnell vorwärts',
  rewind: 'Schnell rückwärts',
  seek: 'Stelle im Video',
  of: 'von',
  mute: 'Stumm schalten',
  unmute: 'Ton einschalten',
  muted: 'Stumm',
  volume: 'Lautstärke',
  quality: 'Qualität',
  auto: 'Auto',
  audio: 'Tonspur',
  captions: 'Untertitel',
  off: 'Aus',
  captionStyle: 'Darstellung …',
  chapters: 'Kapitel',
  speed: 'Tempo',
  normal: 'Normal',
  enterFullscreen: 'Vollbild',
  exitFullscreen: 'Vollbild beenden',
  enterPip: 'Bild im Bild',
  exitPip: 'Bild im Bild beenden',
  loading: 'Wird geladen',
  failed: 'Das Video lässt sich nicht abspielen',
  retry: 'Erneut versuchen',
  details: 'Technische Angaben',
  statistics: 'Wiedergabestatistik',
  close: 'Schließen',
  failures: {
    network: 'Das Video ist nicht erreichbar. Prüfen Sie die Internetverbindung und versuchen Sie es erneut.',
    manifest:
      'Der Server hat etwas anderes als ein Video geliefert. Bitte melden Sie es dem Betreiber der Seite.',
    media: 'Das Video ist beschädigt oder der Browser kann es nicht wiedergeben. Versuchen Sie es erneut.',
    drm: 'Das Video ist geschützt und kann hier nicht abgespielt werden.',
    support: 'Dieser Browser kann das Video nicht abspielen. Versuchen Sie es mit einem aktuellen Browser.',
    config:
      'Der Player ist auf dieser Seite falsch eingerichtet. Bitte melden Sie es dem Betreiber der Seite.',
  },
  settings: 'Einstellungen',
  back: 'Zurück',
  skipBack: '10 Sekunden zurück',
  skipForward: '10 Sekunden vor',
  copyDetails: 'Angaben kopieren',
  copied: 'Kopiert',
  aboutError: 'Über diesen Fehler',
};

const fr: Strings = {
  language: 'fr',
  player: 'Lecteur vidéo',
  play: 'Lire',
  pause: 'Pause',
  replay: 'Revoir',
  forward: 'Avance rapide',
  rewind: 'Retour rapide',
  seek: 'Position',
  of: 'sur',
  mute: 'Couper le son',
  unmute: 'Rétablir le son',
  muted: 'Son coupé',
  volume: 'Volume',
  quality: 'Qualité',
  auto: 'Auto',
  audio: 'Langue audio',
  captions: 'Sous-titres',
  off: 'Désactivés',
  captionStyle: 'Apparence…',
  chapters: 'Chapitres',
  speed: 'Vitesse',
  normal: 'Normale',
  enterFullscreen: 'Plein écran',
  exitFullscreen: 'Quitter le plein écran',
  enterPip: 'Image dans l’image',
  exitPip: 'Quitter l’image dans l’image',
  loading: 'Chargement',
  failed: 'Lecture impossible',
  retry: 'Réessayer',
  details: 'Détails techniques',
  statistics: 'Statistiques de lecture',
  close: 'Fermer',
  failures: {
    network: 'La vidéo est injoignable. Vérifiez votre connexion à Internet, puis réessayez.',
    manifest: 'Le serveur n’a pas envoyé de vidéo. Signalez-le au responsable du site.',
    media: 'La vidéo est endommagée ou le navigateur ne peut pas la lire. Réessayez.',
    drm: 'La vidéo est protégée et ne peut pas être lue ici.',
    support: 'Ce navigateur ne peut pas lire la vidéo. Essayez avec un navigateur récent.',
    config: 'Le lecteur est mal configuré sur cette page. Signalez-le au responsable du site.',
  },
  settings: 'Paramètres',
  back: 'Retour',
  skipBack: 'Reculer de 10 secondes',
  skipForward: 'Avancer de 10 secondes',
  copyDetails: 'Copier les détails',
  copied: 'Copié',
  aboutError: 'À propos de cette erreur',
};

/** The texts for a language tag such as `de-AT`; English by default. */
export function stringsFor(language: string): Strings {
  const [primary] = language.toLowerCase().split('-');
  return [en, de, fr].find((strings) => strings.language === primary) ?? en;
}
