import type {CodeTable} from '../../errors/index.ts';

/** What may be wrong with what runs leave behind. */
export const recordCodes = {
  RUN001: {
    title: 'no record of such a run',
    explanation:
      'Runs leave a record in .vprov/runs of the folder in which vprov was called; the newest 200 are kept. A run is named by its whole name, by its beginning or end where that is one run only, or by the word last.',
  },
  RUN002: {
    title: 'the record of a run cannot be read',
    explanation:
      'A record is a file of JSON lines, the first of which says what was run. Lines that were cut short are passed over; a file without that first line, or of another version of vprov, is not read.',
  },
  RUN003: {
    title: 'a host of the run is not in the inventory',
    explanation:
      'vprov undo reaches hosts as the inventory says that the run had, or the one that -i names. A host that is not in it any more cannot be reached: --limit leaves it out.',
  },
  RUN004: {
    title: 'the run changed nothing',
    explanation:
      'Of a run that changed nothing, or nothing on the hosts that --limit leaves, nothing can be taken back.',
  },
} as const satisfies CodeTable;
