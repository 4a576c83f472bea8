import {existsSync, readFileSync} from 'node:fs';
import {join, relative} from 'node:path';

// counts.mjs DIR STAGE=STATUS...: sums up what vitest wrote to DIR/STAGE.json, as "N passed, N failed".
// A stage that is no ring of tests counts as one when it failed. Exit code 1: something failed, which is named first.
const [dir, ...stages] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
const silent = [];

for (const [name, status] of stages.map((stage) => stage.split('='))) {
  const file = join(dir, `${name}.json`);
  if (/^(unit|loopback|fleet|generated|chaos|faults|peers)/.test(name)) {
    if (existsSync(file)) add(name, JSON.parse(readFileSync(file, 'utf8')), status !== '0');
    else silent.push(name);
  } else if (status !== '0') failed += 1;
}

if (skipped > 0) console.log(`${skipped} skipped`);
if (silent.length > 0) console.log(`no counts: ${silent.join(', ')} ended without writing its results`);
else console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || silent.length > 0 ? 1 : 0;

/** A file that cannot be loaded has no test that failed, and an error outside of all tests neither. */
function add(stage, results, ringFailed) {
  const broken = results.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  for (const {name} of broken) console.log(`failed: ${stage}: ${relative('.', name)}`);
  for (const test of results.testResults.flatMap((file) => file.assertionResults))
    if (test.status === 'failed') tell(stage, test);
  const here = results.numFailedTests + broken.length;
  passed += results.numPassedTests;
  skipped += results.numPendingTests + results.numTodoTests;
  failed += here === 0 && ringFailed ? 1 : here;
}

/** By its name and the first line of why: the log above it may be thousands of lines long. */
function tell(stage, {fullName, failureMessages}) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: vitest colours its messages.
  const [why = ''] = (failureMessages[0] ?? '').replace(/\u001b\[[0-9;]*m/g, '').split('\n');
  console.log(`failed: ${stage}: ${fullName}: ${why}`);
}
