// bin/vireo of the distribution: finds lib/ beside its own folder and hands over to the dynamic loader there.
// Static and without a C library, so that it starts in a fraction of a millisecond on whatever machine it is.
#define SYS_write 1
#define SYS_execve 59
#define SYS_exit 60
#define SYS_readlink 89

static long call3(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}

static unsigned long length(const char* text) {
  unsigned long n = 0;
  while (text[n] != 0) n++;
  return n;
}

static void fail(const char* text) {
  call3(SYS_write, 2, (long)text, (long)length(text));
  call3(SYS_exit, 127, 0, 0);
}

static char* append(char* at, const char* text) {
  while (*text != 0) *at++ = *text++;
  *at = 0;
  return at;
}

#define PATH_MAX 4096
#define MAX_ARGUMENTS 65536

static char folder[PATH_MAX];
static char loader[PATH_MAX + 64];
static char library_path[PATH_MAX + 64];
static char program[PATH_MAX + 64];
static char self_variable[PATH_MAX + 64];
static char* arguments[MAX_ARGUMENTS];
static char* environment[MAX_ARGUMENTS];

__attribute__((used)) static void start(long* stack) {
  long count = stack[0];
  char** argv = (char**)(stack + 1);
  char** envp = argv + count + 1;

  long size = call3(SYS_readlink, (long)"/proc/self/exe", (long)folder, PATH_MAX - 1);
  if (size <= 0) fail("vireo: /proc/self/exe cannot be read\n");
  folder[size] = 0;
  // The program is told where it was started from: process.execPath.
  append(append(self_variable, "VIREO_EXEC_PATH="), folder);
  // Two steps up: bin/vireo -> the folder that holds bin and lib.
  for (int steps = 0; steps < 2; steps++) {
    while (size > 0 && folder[size - 1] != '/') size--;
    if (size > 0) folder[--size] = 0;
  }
  append(append(loader, folder), "/lib/ld-linux-x86-64.so.2");
  append(append(library_path, folder), "/lib");
  append(append(program, folder), "/lib/vireo.bin");

  if (count + 8 >= MAX_ARGUMENTS) fail("vireo: too many arguments\n");
  int n = 0;
  arguments[n++] = loader;
  arguments[n++] = "--argv0";
  arguments[n++] = count > 0 ? argv[0] : "vireo";
  arguments[n++] = "--inhibit-cache";
  arguments[n++] = "--library-path";
  arguments[n++] = library_path;
  arguments[n++] = program;
  for (long i = 1; i < count; i++) arguments[n++] = argv[i];
  int e = 0;
  for (; envp[e] != 0 && e < MAX_ARGUMENTS - 2; e++) environment[e] = envp[e];
  environment[e++] = self_variable;
  call3(SYS_execve, (long)loader, (long)arguments, (long)environment);
  fail("vireo: lib/ld-linux-x86-64.so.2 cannot be started; is the installation whole?\n");
}

__asm__(".globl _start\n_start:\n  xor %rbp, %rbp\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call start\n");
