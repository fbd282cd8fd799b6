const error = new TypeError('boom');
error.code = 'E_BOOM';
error.details = { list: [1, 2] };
throw error;
