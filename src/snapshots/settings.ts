import { labelName, objectName } from '../settings/kubernetes-formats.ts';
import { argument, flag, type Format } from '../settings/setting.ts';

/** Flags and arguments that the commands for people have in common. */

export const namespaceFlag = flag(
  'namespace',
  labelName('a namespace'),
  'The namespace (default: that of the kubeconfig context)',
  'n',
);

/** As kubectl prints and takes a name, `volumesnapshot.snapshot.storage.k8s.io/NAME`, or NAME alone. */
function nameOfKind(kind: string, short: string, what: string): Format<string> {
  const prefix = new RegExp(`^(?:${kind}s?(?:\\.snapshot\\.storage\\.k8s\\.io)?|${short})/`);
  const name = objectName(what);
  return { usage: `<${what.split(' ').at(-1)}>`, parse: (text) => name.parse(text.replace(prefix, '')) };
}

const snapshotName = nameOfKind('volumesnapshot', 'vs', 'a snapshot');
const contentName = nameOfKind('volumesnapshotcontent', 'vsc', 'a content');

/** Each once, in the order of the command line. */
function several(format: Format<string>): Format<readonly string[]> {
  return {
    usage: format.usage.replace(/>$/, 's...>'),
    parse(text) {
      const parsed = text.split(' ').map((word) => format.parse(word));
      const wrong = parsed.find((one) => 'expected' in one);
      if (wrong) return wrong;
      return { value: [...new Set(parsed.flatMap((one) => ('value' in one ? [one.value] : [])))] };
    },
  };
}

export const snapshotFlag = (description: string) => flag('snapshot', snapshotName, description);
export const snapshotArgument = (description: string) => argument('snapshot', snapshotName, description);
export const snapshotsArgument = (description: string) =>
  argument('snapshots', several(snapshotName), description);
export const contentArgument = (description: string) => argument('content', contentName, description);
