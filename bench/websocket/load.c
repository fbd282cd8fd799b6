// Load on a WebSocket echo server: load PORT SECONDS [CONNECTIONS [BYTES]]. Each connection has one message under way;
// prints messages/s.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char** argv) {
  const int port = atoi(argv[1]), connections = argc > 3 ? atoi(argv[3]) : 64, size = argc > 4 ? atoi(argv[4]) : 64;
  const double seconds = atof(argv[2]);
  static char frame[70000], buffer[1 << 17];
  int frame_size = 0;
  frame[frame_size++] = (char)0x81;
  if (size < 126) {
    frame[frame_size++] = (char)(0x80 | size);
  } else {
    frame[frame_size++] = (char)(0x80 | 126);
    frame[frame_size++] = (char)(size >> 8);
    frame[frame_size++] = (char)(size & 255);
  }
  const char key[4] = {1, 2, 3, 4};
  memcpy(frame + frame_size, key, 4);
  frame_size += 4;
  for (int i = 0; i < size; i++) frame[frame_size++] = (char)('a' ^ key[i & 3]);
  const int answer_size = size + (size < 126 ? 2 : 4);
  static const char request[] =
      "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  const int poll = epoll_create1(0);
  int* left = calloc((size_t)connections, sizeof(int));
  int* sockets = calloc((size_t)connections, sizeof(int));
  for (int i = 0; i < connections; i++) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = sockets[i] = socket(AF_INET, SOCK_STREAM, 0);
    const int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (connect(fd, (struct sockaddr*)&address, sizeof(address)) != 0) return perror("connect"), 1;
    if (write(fd, request, sizeof(request) - 1) < 0) return perror("write"), 1;
    long got = 0;
    buffer[0] = 0;
    while (strstr(buffer, "\r\n\r\n") == NULL) {
      const ssize_t count = read(fd, buffer + got, sizeof(buffer) - 1 - (size_t)got);
      if (count <= 0) return fprintf(stderr, "no handshake\n"), 1;
      got += count;
      buffer[got] = 0;
    }
    if (strstr(buffer, " 101 ") == NULL) return fprintf(stderr, "%s", buffer), 1;
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (unsigned)i};
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
  }
  for (int i = 0; i < connections; i++) {
    left[i] = answer_size;
    if (write(sockets[i], frame, (size_t)frame_size) != frame_size) return perror("write"), 1;
  }
  long messages = 0;
  const double start = now(), end = start + seconds;
  struct epoll_event events[256];
  while (now() < end) {
    const int count = epoll_wait(poll, events, 256, 100);
    for (int i = 0; i < count; i++) {
      const unsigned at = events[i].data.u32;
      const ssize_t got = read(sockets[at], buffer, sizeof(buffer));
      if (got <= 0) return fprintf(stderr, "closed\n"), 1;
      left[at] -= (int)got;
      if (left[at] > 0) continue;
      if (left[at] < 0) return fprintf(stderr, "more than was sent\n"), 1;
      messages++;
      left[at] = answer_size;
      if (write(sockets[at], frame, (size_t)frame_size) != frame_size) return perror("write"), 1;
    }
  }
  printf("%.0f\n", (double)messages / (now() - start));
  return 0;
}
