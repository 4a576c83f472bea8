export {sourceCodes} from './codes.ts';
export {describeNode} from './describe.ts';
export {withoutEchoes} from './echoes.ts';
export {readYamlFile} from './file.ts';
export {entryOf, type ListNode, type MapEntry, type MapNode, type Node, type ScalarNode} from './node.ts';
export {type PlainNode, plainNode} from './plain.ts';
export {type Parsed, parseYaml} from './yaml.ts';
