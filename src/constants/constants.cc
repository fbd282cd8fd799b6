// The numbers of the operating system's headers.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "bind/bind.h"

namespace vireo::constants {

namespace {

#define PUT(name) group.constant(#name, name)

void errno_constants(bind::Module group) {
  PUT(E2BIG);
  PUT(EACCES);
  PUT(EADDRINUSE);
  PUT(EADDRNOTAVAIL);
  PUT(EAFNOSUPPORT);
  PUT(EAGAIN);
  PUT(EALREADY);
  PUT(EBADF);
  PUT(EBADMSG);
  PUT(EBUSY);
  PUT(ECANCELED);
  PUT(ECHILD);
  PUT(ECONNABORTED);
  PUT(ECONNREFUSED);
  PUT(ECONNRESET);
  PUT(EDEADLK);
  PUT(EDESTADDRREQ);
  PUT(EDOM);
  PUT(EDQUOT);
  PUT(EEXIST);
  PUT(EFAULT);
  PUT(EFBIG);
  PUT(EHOSTUNREACH);
  PUT(EIDRM);
  PUT(EILSEQ);
  PUT(EINPROGRESS);
  PUT(EINTR);
  PUT(EINVAL);
  PUT(EIO);
  PUT(EISCONN);
  PUT(EISDIR);
  PUT(ELOOP);
  PUT(EMFILE);
  PUT(EMLINK);
  PUT(EMSGSIZE);
  PUT(EMULTIHOP);
  PUT(ENAMETOOLONG);
  PUT(ENETDOWN);
  PUT(ENETRESET);
  PUT(ENETUNREACH);
  PUT(ENFILE);
  PUT(ENOBUFS);
  PUT(ENODATA);
  PUT(ENODEV);
  PUT(ENOENT);
  PUT(ENOEXEC);
  PUT(ENOLCK);
  PUT(ENOLINK);
  PUT(ENOMEM);
  PUT(ENOMSG);
  PUT(ENOPROTOOPT);
  PUT(ENOSPC);
  PUT(ENOSR);
  PUT(ENOSTR);
  PUT(ENOSYS);
  PUT(ENOTCONN);
  PUT(ENOTDIR);
  PUT(ENOTEMPTY);
  PUT(ENOTSOCK);
  PUT(ENOTSUP);
  PUT(ENOTTY);
  PUT(ENXIO);
  PUT(EOPNOTSUPP);
  PUT(EOVERFLOW);
  PUT(EPERM);
  PUT(EPIPE);
  PUT(EPROTO);
  PUT(EPROTONOSUPPORT);
  PUT(EPROTOTYPE);
  PUT(ERANGE);
  PUT(EROFS);
  PUT(ESPIPE);
  PUT(ESRCH);
  PUT(ESTALE);
  PUT(ETIME);
  PUT(ETIMEDOUT);
  PUT(ETXTBSY);
  PUT(EWOULDBLOCK);
  PUT(EXDEV);
}

void signal_constants(bind::Module group) {
  PUT(SIGHUP);
  PUT(SIGINT);
  PUT(SIGQUIT);
  PUT(SIGILL);
  PUT(SIGTRAP);
  PUT(SIGABRT);
  PUT(SIGIOT);
  PUT(SIGBUS);
  PUT(SIGFPE);
  PUT(SIGKILL);
  PUT(SIGUSR1);
  PUT(SIGSEGV);
  PUT(SIGUSR2);
  PUT(SIGPIPE);
  PUT(SIGALRM);
  PUT(SIGTERM);
  PUT(SIGCHLD);
  PUT(SIGSTKFLT);
  PUT(SIGCONT);
  PUT(SIGSTOP);
  PUT(SIGTSTP);
  PUT(SIGTTIN);
  PUT(SIGTTOU);
  PUT(SIGURG);
  PUT(SIGXCPU);
  PUT(SIGXFSZ);
  PUT(SIGVTALRM);
  PUT(SIGPROF);
  PUT(SIGWINCH);
  PUT(SIGIO);
  PUT(SIGPOLL);
  PUT(SIGPWR);
  PUT(SIGSYS);
}

void dlopen_constants(bind::Module group) {
  PUT(RTLD_LAZY);
  PUT(RTLD_NOW);
  PUT(RTLD_GLOBAL);
  PUT(RTLD_LOCAL);
  PUT(RTLD_DEEPBIND);
}

void priority_constants(bind::Module group) {
  group.constant("PRIORITY_LOW", UV_PRIORITY_LOW);
  group.constant("PRIORITY_BELOW_NORMAL", UV_PRIORITY_BELOW_NORMAL);
  group.constant("PRIORITY_NORMAL", UV_PRIORITY_NORMAL);
  group.constant("PRIORITY_ABOVE_NORMAL", UV_PRIORITY_ABOVE_NORMAL);
  group.constant("PRIORITY_HIGH", UV_PRIORITY_HIGH);
  group.constant("PRIORITY_HIGHEST", UV_PRIORITY_HIGHEST);
}

void fs_constants(bind::Module group) {
  PUT(UV_FS_SYMLINK_DIR);
  PUT(UV_FS_SYMLINK_JUNCTION);
  PUT(O_RDONLY);
  PUT(O_WRONLY);
  PUT(O_RDWR);
  PUT(UV_DIRENT_UNKNOWN);
  PUT(UV_DIRENT_FILE);
  PUT(UV_DIRENT_DIR);
  PUT(UV_DIRENT_LINK);
  PUT(UV_DIRENT_FIFO);
  PUT(UV_DIRENT_SOCKET);
  PUT(UV_DIRENT_CHAR);
  PUT(UV_DIRENT_BLOCK);
  PUT(S_IFMT);
  PUT(S_IFREG);
  PUT(S_IFDIR);
  PUT(S_IFCHR);
  PUT(S_IFBLK);
  PUT(S_IFIFO);
  PUT(S_IFLNK);
  PUT(S_IFSOCK);
  PUT(O_CREAT);
  PUT(O_EXCL);
  PUT(UV_FS_O_FILEMAP);
  // Windows only.
  for (const char* name : {"UV_FS_O_TEMPORARY", "UV_FS_O_SHORT_LIVED", "UV_FS_O_SEQUENTIAL", "UV_FS_O_RANDOM"})
    group.constant(name, 0);
  PUT(O_NOCTTY);
  PUT(O_TRUNC);
  PUT(O_APPEND);
  PUT(O_DIRECTORY);
  PUT(O_NOATIME);
  PUT(O_NOFOLLOW);
  PUT(O_SYNC);
  PUT(O_DSYNC);
  PUT(O_DIRECT);
  PUT(O_NONBLOCK);
  PUT(S_IRWXU);
  PUT(S_IRUSR);
  PUT(S_IWUSR);
  PUT(S_IXUSR);
  PUT(S_IRWXG);
  PUT(S_IRGRP);
  PUT(S_IWGRP);
  PUT(S_IXGRP);
  PUT(S_IRWXO);
  PUT(S_IROTH);
  PUT(S_IWOTH);
  PUT(S_IXOTH);
  PUT(F_OK);
  PUT(R_OK);
  PUT(W_OK);
  PUT(X_OK);
  PUT(UV_FS_COPYFILE_EXCL);
  group.constant("COPYFILE_EXCL", UV_FS_COPYFILE_EXCL);
  PUT(UV_FS_COPYFILE_FICLONE);
  group.constant("COPYFILE_FICLONE", UV_FS_COPYFILE_FICLONE);
  PUT(UV_FS_COPYFILE_FICLONE_FORCE);
  group.constant("COPYFILE_FICLONE_FORCE", UV_FS_COPYFILE_FICLONE_FORCE);
}

#undef PUT

}  // namespace

BIND_MODULE(constants) {
  bind::Module os = module.group("os");
  os.constant("UV_UDP_REUSEADDR", UV_UDP_REUSEADDR);
  dlopen_constants(os.group("dlopen"));
  errno_constants(os.group("errno"));
  signal_constants(os.group("signals"));
  priority_constants(os.group("priority"));
  fs_constants(module.group("fs"));
}

}  // namespace vireo::constants
