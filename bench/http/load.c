// The loads that wrk cannot make, from one thread with little work for each answer:
//
//   load rate PORT CONNECTIONS RATE SECONDS   RATE requests a second, on time whatever the server does; prints the
//   latency
//                                             (from when a request was due) at the median and at 99 %, in milliseconds
//   load idle PORT CONNECTIONS                opens them, a request on each, prints "ready", and holds them until its
//                                             standard input ends
//   load ws PORT CONNECTIONS SECONDS          WebSocket messages of 64 bytes to and fro; prints messages a second
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char upgrade[] =
    "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
static char buffer[1 << 16];

static void die(const char* what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int connect_to(int port) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const int one = 1;
  if (fd < 0) die("socket");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  if (connect(fd, (struct sockaddr*)&address, sizeof(address)) < 0) die("connect");
  return fd;
}

static void send_all(int fd, const void* data, size_t size) {
  if (write(fd, data, size) != (ssize_t)size) die("write");
}

static size_t read_some(int fd) {
  const ssize_t count = read(fd, buffer, sizeof(buffer) - 1);
  if (count <= 0) die("read");
  buffer[count] = 0;
  return (size_t)count;
}

static int by_value(const void* a, const void* b) {
  const double x = *(const double*)a, y = *(const double*)b;
  return x < y ? -1 : x > y;
}

static int epoll_of(const int* fds, int count) {
  const int poll = epoll_create1(0);
  for (int i = 0; i < count; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
    epoll_ctl(poll, EPOLL_CTL_ADD, fds[i], &event);
  }
  return poll;
}

static int wait_for(int poll, struct epoll_event* events, int size, double seconds) {
  if (seconds < 0) seconds = 0;
  const struct timespec limit = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  const int count = epoll_pwait2(poll, events, size, &limit, NULL);
  if (count < 0 && errno != EINTR) die("epoll_pwait2");
  return count < 0 ? 0 : count;
}

static void rate(int* fds, int count, double per_second, double seconds) {
  const int poll = epoll_of(fds, count);
  double* due = calloc((size_t)count, sizeof(double));
  int* idle = malloc(sizeof(int) * (size_t)count);
  int idle_count = count;
  for (int i = 0; i < count; i++) idle[i] = i;
  const long total = (long)(per_second * seconds);
  double* latencies = malloc(sizeof(double) * (size_t)total);
  long sent = 0, done = 0;
  const double start = now();
  struct epoll_event events[256];
  while (done < total) {
    const double at = now();
    while (sent < total && idle_count > 0 && start + (double)sent / per_second <= at) {
      const int i = idle[--idle_count];
      due[i] = start + (double)sent++ / per_second;
      send_all(fds[i], request, sizeof(request) - 1);
    }
    const double next = sent < total && idle_count > 0 ? start + (double)sent / per_second - now() : 1;
    const int ready = wait_for(poll, events, 256, next);
    for (int e = 0; e < ready; e++) {
      const int i = (int)events[e].data.u32;
      read_some(fds[i]);  // the answers are small: one read, one answer
      latencies[done++] = now() - due[i];
      idle[idle_count++] = i;
    }
  }
  // The first fifth warms up.
  const long from = total / 5, n = total - from;
  qsort(latencies + from, (size_t)n, sizeof(double), by_value);
  printf("%.3f %.3f\n", latencies[from + n / 2] * 1e3, latencies[from + n * 99 / 100] * 1e3);
}

static void ws(int* fds, int count, double seconds) {
  enum { kPayload = 64 };
  char frame[6 + kPayload] = {(char)0x82, (char)(0x80 | kPayload), 1, 2, 3, 4};
  for (int i = 0; i < kPayload; i++) frame[6 + i] = (char)('a' ^ frame[2 + i % 4]);
  for (int i = 0; i < count; i++) {
    send_all(fds[i], upgrade, sizeof(upgrade) - 1);
    do read_some(fds[i]);
    while (strstr(buffer, "\r\n\r\n") == NULL);
  }
  const int poll = epoll_of(fds, count);
  size_t* got = calloc((size_t)count, sizeof(size_t));
  for (int i = 0; i < count; i++) send_all(fds[i], frame, sizeof(frame));
  struct epoll_event events[256];
  long done = 0;
  double start = now(), end = start + 1 + seconds;
  int warm = 0;
  for (;;) {
    const int ready = wait_for(poll, events, 256, 1);
    for (int e = 0; e < ready; e++) {
      const int i = (int)events[e].data.u32;
      got[i] += read_some(fds[i]);
      while (got[i] >= 2 + kPayload) {
        got[i] -= 2 + kPayload;
        done++;
        send_all(fds[i], frame, sizeof(frame));
      }
    }
    const double at = now();
    if (!warm && at > start + 1) {
      warm = 1;
      done = 0;
      start = at;
      end = at + seconds;
    }
    if (at > end) break;
  }
  printf("%.0f\n", (double)done / (now() - start));
}

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const int port = atoi(argv[2]), count = atoi(argv[3]);
  int* fds = malloc(sizeof(int) * (size_t)count);
  for (int i = 0; i < count; i++) {
    fds[i] = connect_to(port);
    if (strcmp(argv[1], "idle") == 0) {
      send_all(fds[i], request, sizeof(request) - 1);
      read_some(fds[i]);
    }
  }
  if (strcmp(argv[1], "rate") == 0) {
    rate(fds, count, atof(argv[4]), atof(argv[5]));
  } else if (strcmp(argv[1], "ws") == 0) {
    ws(fds, count, atof(argv[4]));
  } else {
    puts("ready");
    fflush(stdout);
    while (read(0, buffer, sizeof(buffer)) > 0) continue;
  }
  return 0;
}
