/** What the components of the first picture use of the way to the program: nothing is asked, and nothing is heard. */
const nothing = () => Promise.resolve();

export { nothing as invoke, nothing as listen, nothing as once, nothing as emit, nothing as emitTo };
export class Channel {}
