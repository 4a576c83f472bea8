import {describe, expect, it} from 'vitest';
import {connectionWords, isConnectionName, withWords} from '../../../src/cli/typed-way.ts';
import {connectionAliases, connectionNames} from '../../../src/inventory/connection.ts';

describe('a command in a hint', () => {
  it.each([
    [['run', 'site.yml'], ''],
    [['run', 'site.yml', '-i', 'hosts.ini'], '-i hosts.ini'],
    [['exec', 'all', '-ihosts', '-i', 'b.yml', '--', 'ls', '-i', 'x', '-e', 'port=1'], '-i hosts -i b.yml'],
    [['facts', '--inventory=hosts', '--inventory', 'other'], '-i hosts -i other'],
    [['facts', '-i', 'wallpi,'], "-i 'wallpi,'"],
    [['facts', '-i'], ''],
    [['facts', '-e'], ''],
    [['facts', '-e', 'known_hosts_file=./known', '-i', 'h'], '-i h -e known_hosts_file=./known'],
    [['facts', '-eport=2222', '--extra-vars=ansible_user=pi'], '-e port=2222 -e ansible_user=pi'],
    [
      ['facts', '-e', 'known_hosts_file=my known', '--extra-vars', ' ssh_config_file =c'],
      "-e known_hosts_file='my known' -e ssh_config_file=c",
    ],
    [['facts', '-e', '@vars.yml'], '-e @vars.yml'],
    [['run', '-e', 'ssh_password=a', '-e', 'become_password=b', '-e', 'api_token=c', '-e', 'level=d'], ''],
    [['run', '-e', '{"port": 2222, "ssh_password": "a", "level": 1}'], '-e \'{"port":2222}\''],
    [['run', '-e', '{"level": 1}', '-e', '{port', '-e', '{port: 1}'], ''],
    [
      ['facts', '--identity', 'age.key', '--vault-password-file=pass'],
      '--identity age.key --vault-password-file pass',
    ],
  ])('goes the way that was typed, and has no password of it: %j', (args, words) => {
    expect(connectionWords(args)).toBe(words);
  });

  it('has of -e whatever leads to a host', () => {
    const all = [...connectionNames, ...connectionAliases.keys()];
    const leads = (name: string): boolean => {
      const own = connectionAliases.get(name) ?? name;
      return !/^(?:become|ssh_password|board)/.test(own);
    };
    expect(all.filter(isConnectionName)).toEqual(all.filter(leads));
    expect(['level', 'ssh_port', 'ansible_level', 'report'].filter(isConnectionName)).toEqual([]);
  });

  it('finds the hosts that the hint is about', () => {
    const hint = 'once you know: vprov trust --replace wallpi; or see what `vprov ssh wallpi` gives';
    expect(withWords(hint, '-i $& -e port=1')).toBe(
      'once you know: vprov trust -i $& -e port=1 --replace wallpi; or see what `vprov ssh -i $& -e port=1 wallpi` gives',
    );
    expect(withWords(hint, '')).toBe(hint);
    expect(withWords('see `vprov trust`', '-i h')).toBe('see `vprov trust`');
  });
});
