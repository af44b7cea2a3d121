#ifndef CFASTCGI_SHIM_H
#define CFASTCGI_SHIM_H

#include <fcgiapp.h>
/* Swift's Glibc module leaves epoll(7) and eventfd(2) out. */
#include <sys/epoll.h>
#include <sys/eventfd.h>

#endif
