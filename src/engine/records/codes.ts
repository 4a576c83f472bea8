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
    title: 'there is nothing to take back',
    explanation:
      'Of a run that changed nothing, or nothing on the hosts that --limit leaves, nothing can be taken back; nor of one that did only what vprov undo has no way back for: commands, restarts, what is inside Vault.',
  },
  RUN005: {
    title: 'this is no plan',
    explanation:
      'vprov apply takes a file that vprov plan has written, of the same version of the format, as it was written: a plan that was changed by hand is not applied.',
  },
  RUN006: {
    title: 'the plan cannot be written',
    explanation: 'The file that -o names cannot be written, so there is no plan.',
  },
  RUN007: {
    title: 'other variables than the plan was made with',
    explanation:
      'A plan holds no values. What was given by -e when it was made is given again to vprov apply: the same, in the same order.',
  },
  RUN008: {
    title: 'the plan does not hold any more',
    explanation:
      'vprov apply plans again, and found another thing to do than the plan says: a host, a secret, or a file that the plan was made of, has changed since, or something would fail now. Nothing was done. A new plan says what would be done now.',
  },
} as const satisfies CodeTable;
