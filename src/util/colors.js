// Whether to use colours on a stream: FORCE_COLOR, NO_COLOR, NODE_DISABLE_COLORS, and what the terminal can do.
'use strict';

function shouldColorize(stream) {
  const { env } = process;
  if (env.FORCE_COLOR !== undefined) return require('tty/color_depth').getColorDepth(env) > 2;
  return Boolean(stream?.isTTY && (typeof stream.getColorDepth === 'function' ? stream.getColorDepth() > 2 : true));
}

module.exports = { shouldColorize };
