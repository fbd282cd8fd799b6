const target = new EventTarget();
target.addEventListener('x', (event) => console.log(event.type, event.detail, event.defaultPrevented, event.eventPhase), { once: true });
target.addEventListener('x', { handleEvent(event) { event.preventDefault(); console.log('object'); } });
console.log(target.dispatchEvent(new CustomEvent('x', { detail: 5, cancelable: true })), target.dispatchEvent(new Event('x')));
const controller = new AbortController();
controller.signal.addEventListener('abort', () => console.log('aborted', controller.signal.reason.name, controller.signal.reason.code));
controller.abort();
console.log(AbortSignal.abort('why').reason, AbortSignal.any([controller.signal]).aborted);
try { controller.signal.throwIfAborted(); } catch (error) { console.log(String(error)); }
