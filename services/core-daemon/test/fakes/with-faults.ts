type Operations = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

/** When a fault strikes: before the operation has an effect, or after it, when only the answer is lost. */
export type FaultMoment = 'before' | 'after';

/** A port whose operations can be made to fail, and which records what was called. */
export const withFaults = <Port extends object>(port: Port) => {
  const calls: string[] = [];
  const faults = new Map<string, { error: Error; moment: FaultMoment; times: number }>();
  const operations = port as unknown as Operations;
  const wrapped = Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      async (...args: never[]) => {
        calls.push(name);
        const fault = faults.get(name);
        const strikes = fault !== undefined && fault.times-- > 0;
        if (strikes && fault.moment === 'before') throw fault.error;
        const result = await operation(...args);
        if (strikes) throw fault.error;
        return result;
      },
    ]),
  );
  return {
    port: wrapped as unknown as Port,
    calls,
    /** Makes an operation fail, every time unless told how often. */
    fail(
      name: keyof Port & string,
      error: Error,
      options: { readonly moment?: FaultMoment; readonly times?: number } = {},
    ) {
      faults.set(name, { error, moment: options.moment ?? 'before', times: options.times ?? Infinity });
    },
    mend: () => faults.clear(),
  };
};
