/* A layer between a program and the system, to be preloaded: it numbers everything that a process, or any it forks,
 * does to the files below one folder, and lets one such operation fail, or be the last.
 *
 * Operations are: files created or cut, written, made durable, renamed and removed, and folders likewise. What is
 * asked for stands in a block of memory that is shared through a file (CARIKM_FAULTS), and so does the count; see
 * `layer.py`, which has the same block, for what each fault means. Where a trace is asked for, each operation that
 * succeeded is written to it, with all it wrote.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum fault { NONE, KILL, TEAR, NO_SPACE, BROKEN, FULL, DEAD };

struct block {
    int64_t done;   /* operations begun so far */
    int64_t target; /* the one that the fault is for, counted from 1; 0 for none */
    int32_t fault;
    int32_t whole_group; /* whether all processes of the group are killed, or the one */
    char folder[1024];
    char trace[1024]; /* empty for none */
};

static struct block *block;
static __thread int is_last; /* the operation under way is to be the last */

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CARIKM_FAULTS");
    if (!path) return;
    int file = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    if (file < 0) return;
    void *found = mmap(NULL, sizeof *block, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (found != MAP_FAILED) block = found;
    syscall(SYS_close, file);
}

/* Where ----------------------------------------------------------------------------------------------------------- */

static int is_below(const char *path) {
    size_t length = strlen(block->folder);
    return length && !strncmp(path, block->folder, length) && (path[length] == '/' || !path[length]);
}

static int path_of(int file, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return 1;
}

static int is_watched(int file, char *path) { return block && path_of(file, path) && is_below(path); }

static int is_watched_name(int folder, const char *name, char *path) {
    if (!block || !name) return 0;
    if (name[0] == '/') {
        snprintf(path, PATH_MAX, "%s", name);
    } else {
        char start[PATH_MAX];
        if (folder == AT_FDCWD ? !getcwd(start, sizeof start) : !path_of(folder, start)) return 0;
        if (snprintf(path, PATH_MAX, "%s/%s", start, name) >= PATH_MAX) return 0;
    }
    return is_below(path);
}

/* What happens ------------------------------------------------------------------------------------------------------ */

static void end(void) {
    kill(block->whole_group ? 0 : getpid(), SIGKILL);
    for (;;) pause();
}

/* Count an operation; tell whether it must fail (errno says how), or how many of its bytes are to be written first. */
static int refused(int takes_space, size_t *bytes) {
    int64_t number = __atomic_add_fetch(&block->done, 1, __ATOMIC_SEQ_CST);
    if (!block->target || number < block->target) return 0;
    int is_now = number == block->target;
    switch (block->fault) {
    case KILL:
        if (is_now) end();
        break;
    case TEAR:
        is_last = is_now;
        if (is_now && bytes) *bytes = (*bytes + 1) / 2;
        break;
    case NO_SPACE:
        if (is_now && takes_space) return errno = ENOSPC, 1;
        break;
    case FULL: /* what still fits is written */
        if (is_now && bytes && *bytes > 1) {
            *bytes /= 2;
            break;
        }
        if (takes_space) return errno = ENOSPC, 1;
        break;
    case BROKEN:
        if (is_now) return errno = EIO, 1;
        break;
    case DEAD:
        return errno = EIO, 1;
    }
    return 0;
}

static void note(char kind, const char *path, const char *other, int64_t offset, const void *data, size_t length) {
    if (block->trace[0]) {
        int64_t head[4] = {kind, offset, (int64_t)strlen(path), (int64_t)strlen(other)};
        int64_t size = data ? (int64_t)length : 0;
        struct iovec parts[] = {{head, sizeof head},
                                {&size, sizeof size},
                                {(void *)path, strlen(path)},
                                {(void *)other, strlen(other)},
                                {(void *)data, (size_t)size}};
        int before = errno;
        int file = syscall(SYS_openat, AT_FDCWD, block->trace, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (syscall(SYS_writev, file, parts, 5) < 0) abort();
        syscall(SYS_close, file);
        errno = before;
    }
    if (is_last) end();
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Writing ----------------------------------------------------------------------------------------------------------- */

ssize_t write(int file, const void *data, size_t length) {
    char path[PATH_MAX];
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = REAL(write);
    if (!is_watched(file, path)) return real(file, data, length);
    if (refused(1, &length)) return -1;
    off_t offset = lseek(file, 0, SEEK_CUR);
    ssize_t written = real(file, data, length);
    if (written >= 0) note('w', path, "", offset, data, written);
    return written;
}

ssize_t pwrite(int file, const void *data, size_t length, off_t offset) {
    char path[PATH_MAX];
    static ssize_t (*real)(int, const void *, size_t, off_t);
    if (!real) real = REAL(pwrite);
    if (!is_watched(file, path)) return real(file, data, length, offset);
    if (refused(1, &length)) return -1;
    ssize_t written = real(file, data, length, offset);
    if (written >= 0) note('w', path, "", offset, data, written);
    return written;
}

ssize_t pwrite64(int file, const void *data, size_t length, off64_t offset) { return pwrite(file, data, length, offset); }

int ftruncate(int file, off_t size) {
    char path[PATH_MAX];
    static int (*real)(int, off_t);
    if (!real) real = REAL(ftruncate);
    if (!is_watched(file, path)) return real(file, size);
    if (refused(0, NULL)) return -1;
    int result = real(file, size);
    if (!result) note('t', path, "", size, NULL, 0);
    return result;
}

int ftruncate64(int file, off64_t size) { return ftruncate(file, size); }

static int synced(int file, int (*real)(int)) {
    char path[PATH_MAX];
    if (!is_watched(file, path)) return real(file);
    if (refused(0, NULL)) return -1;
    int result = real(file);
    if (!result) note('s', path, "", 0, NULL, 0);
    return result;
}

int fsync(int file) { return synced(file, REAL(fsync)); }
int fdatasync(int file) { return synced(file, REAL(fdatasync)); }

/* Creating and cutting ---------------------------------------------------------------------------------------------- */

static int opened(int folder, const char *name, int flags, mode_t mode) {
    char path[PATH_MAX];
    if ((flags & (O_CREAT | O_TRUNC)) && (flags & O_ACCMODE) != O_RDONLY && is_watched_name(folder, name, path)) {
        struct stat status;
        int is_there = !fstatat(folder, name, &status, 0);
        if (is_there ? flags & O_TRUNC : flags & O_CREAT) {
            if (refused(!is_there, NULL)) return -1;
            int file = syscall(SYS_openat, folder, name, flags, mode);
            if (file >= 0) note(is_there ? 't' : 'c', path, "", 0, NULL, 0);
            return file;
        }
    }
    return syscall(SYS_openat, folder, name, flags, mode);
}

#define WITH_MODE                                                                                                       \
    mode_t mode = 0;                                                                                                    \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                                                \
        va_list rest;                                                                                                   \
        va_start(rest, flags);                                                                                          \
        mode = va_arg(rest, mode_t);                                                                                    \
        va_end(rest);                                                                                                   \
    }

int open(const char *name, int flags, ...) { WITH_MODE return opened(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { WITH_MODE return opened(AT_FDCWD, name, flags, mode); }
int openat(int folder, const char *name, int flags, ...) { WITH_MODE return opened(folder, name, flags, mode); }
int openat64(int folder, const char *name, int flags, ...) { WITH_MODE return opened(folder, name, flags, mode); }

int mkdir(const char *name, mode_t mode) {
    char path[PATH_MAX];
    struct stat status;
    int is_new = is_watched_name(AT_FDCWD, name, path) && lstat(name, &status);
    if (is_new && refused(1, NULL)) return -1;
    int result = syscall(SYS_mkdirat, AT_FDCWD, name, mode);
    if (is_new && !result) note('m', path, "", 0, NULL, 0);
    return result;
}

/* Renaming and removing --------------------------------------------------------------------------------------------- */

int rename(const char *from, const char *to) {
    char path[PATH_MAX], other[PATH_MAX];
    static int (*real)(const char *, const char *);
    if (!real) real = REAL(rename);
    if (!is_watched_name(AT_FDCWD, from, path) || !is_watched_name(AT_FDCWD, to, other)) return real(from, to);
    if (refused(0, NULL)) return -1;
    int result = real(from, to);
    if (!result) note('r', path, other, 0, NULL, 0);
    return result;
}

static int removed(int folder, const char *name, int flags) {
    char path[PATH_MAX];
    struct stat status;
    int is_there = is_watched_name(folder, name, path) && !fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW);
    if (is_there && refused(0, NULL)) return -1;
    int result = syscall(SYS_unlinkat, folder, name, flags);
    if (is_there && !result) note(flags & AT_REMOVEDIR ? 'd' : 'u', path, "", 0, NULL, 0);
    return result;
}

int unlink(const char *name) { return removed(AT_FDCWD, name, 0); }
int unlinkat(int folder, const char *name, int flags) { return removed(folder, name, flags); }
int rmdir(const char *name) { return removed(AT_FDCWD, name, AT_REMOVEDIR); }
