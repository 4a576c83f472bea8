import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {echoes} from './echoes.ts';
import {expressions} from './expressions.ts';
import {files} from './files.ts';
import {habits} from './habits.ts';
import {heldOut} from './held-out.ts';
import {hints} from './hints.ts';
import {inventory} from './inventory.ts';
import {keywords} from './keywords.ts';
import {limits} from './limits.ts';
import {meant} from './meant.ts';
import {members} from './members.ts';
import {filesOf, type Mistake, type Place} from './mistake.ts';
import {modules} from './modules.ts';
import {neighbours} from './neighbours.ts';
import {newcomers} from './newcomers.ts';
import {oneCause} from './one-cause.ts';
import {overlooked} from './overlooked.ts';
import {parameters} from './parameters.ts';
import {prompts} from './prompts.ts';
import {remedies} from './remedies.ts';
import {roles} from './roles.ts';
import {silence} from './silence.ts';
import {slips} from './slips.ts';
import {spoilt} from './spoilt.ts';
import {templates} from './templates.ts';
import {unvisited} from './unvisited.ts';
import {validate} from './validate.ts';
import {variables} from './variables.ts';
import {written} from './written.ts';
import {yaml} from './yaml.ts';

const tables = {
  yaml,
  keywords,
  modules,
  variables,
  templates,
  expressions,
  files,
  inventory,
  roles,
  slips,
  habits,
  echoes,
  limits,
  unvisited,
  hints,
  neighbours,
  newcomers,
  oneCause,
  silence,
  written,
  heldOut,
  meant,
  members,
  parameters,
  prompts,
  overlooked,
  spoilt,
  remedies,
};

describe.each(Object.entries(tables))('a mistake about %s is told once, where it is', (_name, table) => {
  for (const mistake of table) {
    const claim = mistake.open ? it.fails : it;
    claim(mistake.name, async () => {
      const {diagnostics, exitCode, marked} = await validate(filesOf(mistake), mistake);
      expect(diagnostics.map(shown)).toEqual([expected(mistake, marked[0])]);
      expect(diagnostics[0]?.message).toMatch(mistake.says);
      expect(diagnostics[0]?.message).not.toMatch(/\n|\.$/);
      expect(diagnostics[0]?.hint ?? '').toMatch(mistake.hint);
      expect(exitCode).toBe(mistake.severity === 'warning' ? 0 : 1);
    });
  }
});

/** Mistakes of one task, that leave the rest of the file readable. */
const combinable = Object.values(tables)
  .flat()
  .filter(
    ({task, files: own, code, severity, open, excuses}) =>
      task !== undefined &&
      !own &&
      !open &&
      !excuses &&
      code !== 'SRC003' &&
      // A name that is a mistake in another task is not warned of once more.
      !(severity === 'warning' && code === 'VAL001'),
  );

describe('mistakes together', () => {
  it('are told all at once, ten of ten, each where it is', async () => {
    expect(combinable.length).toBeGreaterThan(50);
    const ten = fc.uniqueArray(fc.constantFrom(...combinable), {minLength: 10, maxLength: 10});
    await fc.assert(
      fc.asyncProperty(ten, async (chosen) => {
        const tasks = chosen.map(({task}) => task).join('\n');
        const {diagnostics, marked} = await validate(filesOf({task: tasks}));
        expect(diagnostics.map(shown)).toEqual(
          chosen.map((mistake, index) => expected(mistake, marked[index])),
        );
      }),
      {numRuns: 30},
    );
  });
});

function expected({severity, code}: Mistake, place: Place | undefined): string {
  return `${severity ?? 'error'} ${code} ${place ? placeText(place) : 'nowhere'}`;
}

function shown({severity, code, source}: {severity: string; code: string; source?: Partial<Place>}): string {
  return `${severity} ${code} ${source ? placeText(source) : 'nowhere'}`;
}

function placeText({file, line, column, length}: Partial<Place>): string {
  return `${file}:${line}:${column}+${length ?? 0}`;
}
