/** What every client of the benchmark is told on its command line. */
export interface Target {
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
}

export function targetArguments({ kubeconfig, namespace, pod, container, command }: Target): string[] {
  return [kubeconfig, namespace, pod, container, ...command];
}

export function targetFrom(args: readonly string[]): Target {
  const [kubeconfig = '', namespace = '', pod = '', container = '', ...command] = args;
  return { kubeconfig, namespace, pod, container, command };
}
