try { require('./not-there'); } catch (error) { console.log(error.code, error.message.split('\n')[0], error.requireStack.length); }
try { require('no-such-package/x'); } catch (error) { console.log(error.code); }
import('./nope.mjs').catch((error) => console.log(error.code, error.message.replace(/'[^']*\//g, "'")));
import('no-such-package').catch((error) => console.log(error.code));
