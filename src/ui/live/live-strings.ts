/** The texts for live titles in one language. */
export interface LiveStrings {
  readonly live: string;
  readonly goLive: string;
  readonly behind: string;
  /** After a duration: how far behind the encoder. */
  readonly behindBy: string;
  readonly stopped: string;
  readonly unreachable: string;
  readonly back: string;
  readonly ended: string;
}

const en: LiveStrings = {
  live: 'Live',
  goLive: 'Go to live',
  behind: 'Behind live',
  behindBy: 'behind live',
  stopped: 'The source has stopped. Playback will continue when it returns.',
  unreachable: 'No connection to the source. Playback will continue when it is restored.',
  back: 'The source is back',
  ended: 'The live event has ended',
};

const others: Readonly<Record<string, LiveStrings>> = {
  de: {
    live: 'Live',
    goLive: 'Zur Live-Stelle',
    behind: 'Hinter live',
    behindBy: 'hinter live',
    stopped: 'Die Quelle sendet nicht mehr. Kommt sie zurück, geht es weiter.',
    unreachable: 'Keine Verbindung zur Quelle. Sobald sie steht, geht es weiter.',
    back: 'Die Quelle sendet wieder',
    ended: 'Die Live-Übertragung ist zu Ende',
  },
  fr: {
    live: 'Direct',
    goLive: 'Revenir au direct',
    behind: 'En différé',
    behindBy: 'de retard sur le direct',
    stopped: 'La source s’est arrêtée. La lecture reprendra à son retour.',
    unreachable: 'Pas de connexion à la source. La lecture reprendra à son retour.',
    back: 'La source est de retour',
    ended: 'Le direct est terminé',
  },
};

/** The live texts in the language of the controls. */
export const liveStringsFor = (language: string): LiveStrings => others[language] ?? en;
