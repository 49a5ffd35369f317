/** What to say of a snapshot that a person named and that is not there. */
export function missingSnapshot({ namespace, name }: { namespace: string; name: string }): string {
  return `There is no VolumeSnapshot '${name}' in namespace '${namespace}'; find its name and namespace with: backup-ns list -A`;
}
