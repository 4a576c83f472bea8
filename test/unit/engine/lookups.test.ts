import {expect, test} from 'vitest';
import {line, validate} from './project-files.ts';

const files = {
  'roles/r/files/motd.txt': 'of the role\n',
  'files/motd.txt': 'of the playbook\n',
  'roles/r/tasks/main.yml':
    '- assert: {that: \'false\', fail_msg: \'{{ file "motd.txt" }} {{ env "COLOUR" }} {{ hostvars.pi.from_file }}\'}\n',
  'group_vars/all.yml': 'from_file: \'{{ file "motd.txt" }}\'\n',
  'site.yml': `- hosts: all
  roles: [r]
  tasks:
    - debug: {msg: '{{ file "none.txt" }}'}
    - debug: {msg: '{{ pipe "touch ran; echo x" }}'}
    - assert: {that: 'first_found(["ran"], "") == ""'}
    - file: {path: /x, state: directory, owner: '{{ default owner omit }}', mode: '{{ omit }}'}
    - file: {path: '{{ omit }}'}
`,
};

test('lookups see files where modules do, the environment, and run nothing in validation', async () => {
  const found = await validate(files, {environment: {COLOUR: 'red', XDG_CACHE_HOME: '/nonexistent'}});
  expect(found.map(line)).toEqual([
    'ENG004 roles/r/tasks/main.yml:1:18 of the role red of the playbook [the condition was: false]',
    `VAL005 site.yml:4:24 file: there is no file 'none.txt' [a default may follow: file "none.txt" ""]`,
    "MOD003 site.yml:8:13 file needs 'path' [The path to manage.]",
  ]);
});
