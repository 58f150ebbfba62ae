// libuv, and what Swift cannot reach without a C line: accept4, which glibc shows to GNU sources only,
// and two questions to a Linux TCP socket.
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <linux/sockios.h>
#include <uv.h>

// struct tcp_info as the kernel has it (linux/tcp.h). glibc's <netinet/tcp.h>, which <uv.h> includes,
// stops before the 64-bit counters.
struct cuv_tcp_info {
  uint8_t states[8];
  uint32_t gauges[24];
  uint64_t pacing_rate, max_pacing_rate, bytes_acked, bytes_received;
};

// Bytes that the peer's TCP has acknowledged since the connection was made; -1: not known.
static inline int64_t cuv_bytes_acked(int fd) {
  struct cuv_tcp_info info = {0};
  socklen_t size = sizeof info;
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return -1;
  if (size < offsetof(struct cuv_tcp_info, bytes_received)) return -1;
  return (int64_t)info.bytes_acked;
}

// Bytes in the kernel's send queue that the peer's TCP has not acknowledged; -1: not known.
static inline int64_t cuv_bytes_outstanding(int fd) {
  int bytes = 0;
  return ioctl(fd, SIOCOUTQ, &bytes) == 0 ? bytes : -1;
}

int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags);

// The next connection of a listening socket, non-blocking, and who is at its other end, as a sockaddr_in
// or sockaddr_in6; -1 with errno when there is none.
static inline int cuv_accept(int fd, struct sockaddr_in6 *peer) {
  socklen_t size = sizeof *peer;
  return accept4(fd, (struct sockaddr *)peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
