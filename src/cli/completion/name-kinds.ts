import type { Argument, Option } from 'commander';

/** What is looked up to complete a name. */
export type NameKind = 'namespaces' | 'snapshots' | 'claims' | 'contents' | 'contexts';

interface OptionKind {
  readonly name: NameKind;
  /** Several, with commas between them. */
  readonly isList?: boolean;
}

const ofOptions: Readonly<Record<string, OptionKind | 'files'>> = {
  '--namespace': { name: 'namespaces' },
  '--namespaces': { name: 'namespaces', isList: true },
  '--pvc': { name: 'claims' },
  '--pvc-name': { name: 'claims', isList: true },
  '--snapshot': { name: 'snapshots' },
  '--context': { name: 'contexts' },
  '--kubeconfig': 'files',
  '--file': 'files',
};

const ofArguments: Readonly<Record<string, NameKind>> = {
  snapshot: 'snapshots',
  snapshots: 'snapshots',
  content: 'contents',
};

/** Undefined where the value is anybody's guess, such as the name of what is to be made. */
export function kindOfOption({ long }: Option, command: string): OptionKind | 'files' | undefined {
  if (command === 'restore' && long === '--pvc') return undefined;
  if (long?.endsWith('-file') && long.includes('password')) return 'files';
  return long === undefined ? undefined : ofOptions[long];
}

export function kindOfArgument(argument: Argument): NameKind | undefined {
  return ofArguments[argument.name()];
}
