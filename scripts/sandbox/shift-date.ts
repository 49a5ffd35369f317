/** Loaded into a process before its program: its `Date` is ahead of the real one by SANDBOX_TIME_OFFSET_MS. */
const offset = Number(process.env['SANDBOX_TIME_OFFSET_MS'] ?? 0);
const RealDate = Date;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: [], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [RealDate.now() + offset] : args, newTarget) as object,
  apply: () => new RealDate(RealDate.now() + offset).toString(),
  get: (target, property, receiver) =>
    property === 'now' ? () => RealDate.now() + offset : (Reflect.get(target, property, receiver) as unknown),
});
