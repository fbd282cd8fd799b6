// node:sea: this is no single executable application.
'use strict';

module.exports = {
  ...require('modules/not_built').notBuilt('sea', {
    functions: ['getAsset', 'getAssetAsBlob', 'getRawAsset', 'getAssetKeys'],
  }),
  isSea: () => false,
};
