Promise.reject({ some: 'value' });
