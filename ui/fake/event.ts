/** The events of the program: none happens here. */
export const listen = () => Promise.resolve(() => undefined);
