import type { Answer, RawRequest } from './server.ts';

/** A cluster that has Longhorn, or what behaves as it does. Requests are the administrator's. */
export interface LonghornServer extends AsyncDisposable {
  request(method: string, path: string, options?: RawRequest): Promise<Answer>;
  /** A bound claim of StorageClass `longhorn` in namespace `default`. Gives the name of its Longhorn volume. */
  provision(claim: string): Promise<string>;
  /** A claim of the name that is bound to a PersistentVolume of this Longhorn volume. */
  bind(claim: string, volume: string): Promise<void>;
  /** What a pod would find in the volume, and write there. */
  write(claim: string, file: string, content: string): Promise<void>;
  /** Empty for a file that is not there. */
  read(claim: string, file: string): Promise<string>;
  setTargetReachable(isReachable: boolean): Promise<void>;
  restartEngine(volume: string): Promise<void>;
  engineIsBack(volume: string): Promise<void>;
  failNextBackup(words: string): Promise<void>;
  /** Of all blocks of the volume at the target. */
  storedBytes(volume: string): Promise<number>;
  /** Lets so much time pass. */
  pass(milliseconds: number): Promise<void>;
}
