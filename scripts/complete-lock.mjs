import {readFileSync, writeFileSync} from 'node:fs';

// Adds to package-lock.json the packages for other platforms that the registry in use did not have when the
// lock was written. Without them `npm ci` of npm 11 refuses the lock file, and other platforms get nothing.
// Run it after `npm install` where `npm ci` says "Missing: … from lock file". They have no checksum, because nobody
// here has seen them.
const file = 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8'));
const {packages} = lock;

for (const [path, {optionalDependencies = {}, dev}] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const place = `node_modules/${name}`;
    if (packages[place] || packages[`${path}/${place}`]) continue;
    const {cpu, libc, os} = platform(name);
    // In npm's own order, and without what is undefined: npm leaves the entry as it is.
    packages[place] = {version, cpu, dev, libc, optional: true, os};
    console.log(`${name} ${version}`);
  }
}

lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);

/** Such packages are named after their platform: NAME-OS-CPU[-ABI]. */
function platform(name) {
  const found = /-(android|darwin|freebsd|linux|openharmony|win32)-([a-z0-9]+)(?:-([a-z]+))?$/.exec(name);
  if (found === null) throw new Error(`${name}: no platform in the name`);
  const [, os, cpu, abi] = found;
  const libc =
    os === 'linux' && abi?.startsWith('musl') ? 'musl' : os === 'linux' && abi ? 'glibc' : undefined;
  return {cpu: [cpu], libc: libc && [libc], os: [os]};
}
