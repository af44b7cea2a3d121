// The least work of a FastCGI program: a fixed answer with the length of portraitd's JSON, over libfcgi, by four threads.
// Called by Benchmarks/run: hello SOCKET
#include <fcgiapp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 4, LENGTH = 1500 };

static int listener;

static void *serve(void *argument) {
    char body[LENGTH + 1];
    memset(body, 'x', LENGTH);
    body[LENGTH] = 0;
    FCGX_Request request;
    FCGX_InitRequest(&request, listener, 0);
    while (FCGX_Accept_r(&request) == 0) {
        FCGX_FPrintF(request.out, "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", LENGTH, body);
        FCGX_Finish_r(&request);
    }
    return argument;
}

int main(int count, char **arguments) {
    if (count != 2 || FCGX_Init() != 0 || (listener = FCGX_OpenSocket(arguments[1], 1024)) < 0) {
        fprintf(stderr, "usage: hello SOCKET\n");
        return EXIT_FAILURE;
    }
    pthread_t threads[THREADS];
    for (int index = 0; index < THREADS; index++) pthread_create(&threads[index], NULL, serve, NULL);
    for (int index = 0; index < THREADS; index++) pthread_join(threads[index], NULL);
}
