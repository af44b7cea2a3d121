#ifndef CFASTCGI_SHIM_H
#define CFASTCGI_SHIM_H

#include <fcgiapp.h>
/* Swift's Glibc module does not contain epoll(7) and eventfd(2). */
#include <sys/epoll.h>
#include <sys/eventfd.h>

#endif
