// The main program of a contender:  CONTENDER PICTURE WARM-UP COUNT TARGET
//
// Makes a thumbnail of the small picture WARM-UP, which loads the code, and prints "ready".
// After a line of input it makes COUNT thumbnails of PICTURE, writes the last to TARGET and prints "done". It ends when its
// input ends: until then the caller can read its memory usage.

#include "contender.h"

#include <stdio.h>
#include <stdlib.h>

void refuse(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static buffer contents(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        refuse(path);
    fseek(file, 0, SEEK_END);
    buffer read = { .count = ftell(file) };
    read.bytes = malloc(read.count);
    rewind(file);
    if (fread(read.bytes, 1, read.count, file) != read.count)
        refuse(path);
    fclose(file);
    return read;
}

static void write_contents(const char *path, buffer written)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(written.bytes, 1, written.count, file) != written.count || fclose(file))
        refuse(path);
}

// Prints the text and waits for an answer.
static void say(const char *what)
{
    puts(what);
    fflush(stdout);
    getchar();
}

int main(int count, char **arguments)
{
    if (count != 5)
        refuse("CONTENDER PICTURE WARM-UP COUNT TARGET");
    prepare(arguments[0]);
    buffer picture = contents(arguments[1]);
    buffer made = thumbnail(contents(arguments[2]));
    say("ready");
    for (int left = atoi(arguments[3]); left > 0; left--) {
        release(made);
        made = thumbnail(picture);
    }
    write_contents(arguments[4], made);
    say("done");
}
