#pragma once

// unistd.h shows it only to those who define _GNU_SOURCE, which Swift's Glibc module does not: syncfs(2).
extern int syncfs(int descriptor);
