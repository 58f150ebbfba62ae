// libuv, and the few POSIX names that Glibc's module does not give Swift.
#include <uv.h>
#include <netinet/tcp.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
