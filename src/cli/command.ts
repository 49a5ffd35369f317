import type { SnapshotContext } from '../snapshots/provider.ts';
import type { ExitReason } from '../core/errors.ts';
import type { Report } from '../record/report.ts';
import type { RecordSettings } from '../record/settings.ts';
import type { SettingsSchema, SettingsTable, Values } from '../settings/schema.ts';
import type { SettingRow } from '../settings/read.ts';
import type { Sources } from '../settings/sources.ts';
import type { Look } from './table.ts';
import type { Terminal } from './terminal/terminal.ts';

/** One entrypoint: what it is for, its settings, and the use case that it calls. */
export interface Command<Table extends SettingsTable, Settings, Result = unknown> {
  readonly name: string;
  readonly summary: string;
  /** What `--help` says below the summary; it is wrapped there. */
  readonly help?: string;
  /** What a person may paste, the usual one first; for `--help`. */
  readonly examples: readonly [Example, ...Example[]];
  readonly settings: SettingsSchema<Table, Settings>;
  /** How it can end besides done, unexpected, settings and cancelled; for `--help`. */
  readonly endings: readonly ExitReason[];
  /** Where what an exit code means here is not what it means elsewhere; for `--help`. */
  readonly endingWords?: Partial<Readonly<Record<ExitReason, string>>>;
  /** A person's tool. The others are for CronJobs: their result is one line of JSON in the log of a pod. */
  readonly byHand?: boolean;
  /** It never looks at a cluster. */
  readonly isOffline?: boolean;
  /** What it writes to stdout is a stream of its own: neither a result nor an error is printed there. */
  readonly ownsStdout?: boolean;
  /** Where `run` tells of its end, so do settings that are refused, by those that can be read all the same. */
  record?(values: Partial<Values<Table>>): {
    readonly settings: RecordSettings;
    /** `namespace` is our own. */
    report(namespace: string): Report<never>;
  };
  /** Asks the cluster for settings that nobody gives, before they are read, and a person about what is not to be believed unasked. */
  recall?(sources: Sources, context: SnapshotContext, terminal: Terminal): Promise<Sources>;
  /** Resolves to undefined when it has printed all it has to say. */
  run(settings: Settings, context: SnapshotContext, call: Call): Promise<Result | undefined>;
  /** How a person can read the result, by the name of the format; the first is what a terminal and a pipe get. */
  readonly views?: Readonly<Record<string, View<Result>>>;
  /** The result in one sentence, for the log of a pod. */
  readonly sentence?: Sentence<Result>;
}

/** A line for a shell, and what it does. */
export interface Example {
  readonly words: string;
  /** It begins with `backup-ns`, or pipes something to it; a longer one goes on behind a backslash. */
  readonly line: string;
}

/** Commands under one word, such as `backup-ns postgres dump`. */
export interface CommandGroup<Table extends SettingsTable, Settings> {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Command<Table, Settings>[];
}

/** How the command was called. */
export interface Call {
  readonly rows: readonly SettingRow[];
  /** The name of a view, `json` or `yaml`. */
  readonly output: string;
  readonly terminal: Terminal;
  /** What the program was called as, for lines that a person may paste: `backup-ns` where nobody says. */
  readonly program?: string;
  /** Only warnings, errors and the result are wanted. */
  readonly isQuiet?: boolean;
}

/** A result as text, without a line break at its end. */
export type View<Result> = Viewer<Result>['view'];

/** As a method, so that a list of commands can hold views of any results. */
interface Viewer<Result> {
  view(result: Result, look: Look): string;
}

export type Sentence<Result> = Sayer<Result>['sentence'];

/** As a method, for the same reason. */
interface Sayer<Result> {
  sentence(result: Result): string;
}

/** Infers the types of a command from its settings. */
export function defineCommand<Table extends SettingsTable, Settings, Result>(
  command: Command<Table, Settings, Result>,
): Command<Table, Settings, Result> {
  return command;
}
