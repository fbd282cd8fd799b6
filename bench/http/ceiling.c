// What this machine's kernel and wrk allow: a server that reads whatever comes and answers a constant, with no parsing,
// no parallelism and no error handling. Nothing that speaks HTTP can be faster, so it stands beside the ratios.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

int main(void) {
  static const char answer[] =
      "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nConnection: keep-alive\r\n"
      "Keep-Alive: timeout=5\r\nContent-Length: 13\r\n\r\nHello, World!";
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof(address);
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  bind(server, (struct sockaddr*)&address, size);
  listen(server, 511);
  getsockname(server, (struct sockaddr*)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  const int poll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = server};
  epoll_ctl(poll, EPOLL_CTL_ADD, server, &event);
  static struct epoll_event events[1024];
  static char buffer[65536];
  for (;;) {
    const int count = epoll_wait(poll, events, 1024, -1);
    for (int i = 0; i < count; i++) {
      const int fd = events[i].data.fd;
      if (fd == server) {
        const int one = 1;
        event.data.fd = accept4(server, 0, 0, SOCK_NONBLOCK);
        setsockopt(event.data.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        epoll_ctl(poll, EPOLL_CTL_ADD, event.data.fd, &event);
      } else if (read(fd, buffer, sizeof(buffer)) <= 0 || write(fd, answer, sizeof(answer) - 1) < 0) {
        close(fd);
      }
    }
  }
}
