const path = require('path');
for (const p of [path.posix, path.win32]) {
  console.log(p.join('/a', '../b', './c'), p.resolve('/x', '..', 'y'), p.normalize('/a//b/../c/.'), p.relative('/a/b/c', '/a/d'), p.parse('/home/u/file.tar.gz'), p.format({ dir: '/d', base: 'b.c' }), p.basename('/a/b.html', '.html'), p.extname('.x.y'), p.isAbsolute('C:\\x'), p.sep);
}
