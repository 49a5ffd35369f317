import { succeeds } from '../run.ts';
import type { Provider, Report } from './provider.ts';

export type ProviderName = 'auto' | 'kind' | 'native';

/** `auto` takes kind where Docker answers, else native. */
export async function openProvider(name: ProviderName, cluster: string, report: Report): Promise<Provider> {
  const chosen = name === 'auto' ? ((await dockerAnswers()) ? 'kind' : 'native') : name;
  if (chosen === 'kind') return new (await import('./kind/provider.ts')).KindProvider(cluster, report);
  return new (await import('./native/provider.ts')).NativeProvider(cluster, report);
}

async function dockerAnswers(): Promise<boolean> {
  return succeeds('docker', ['version', '--format', '{{.Server.Version}}'], AbortSignal.timeout(5000));
}
