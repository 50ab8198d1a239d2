/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of strace(1). Sources: strace(1), and what versions 6.1 and others print.
 *
 * MUST: take for known no argument that is not; take memory that grows with the number of processes only. */
#include "safe-docker/confine/seccomp_strace.h"

#include <seccomp.h>
#include <string.h>

#include "safe-docker/confine/seccomp_calls.h"
#include "seccomp_strace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DIGITS "0123456789"
#define NAME_BYTES DIGITS "abcdefghijklmnopqrstuvwxyz_"
#define NAME_MAX_LEN 64
#define PROCESSES_MAX 100000
static const char UNFINISHED[] = "<unfinished ...>";

/* One that makes calls: a thread has an id of its own. Without ids there is one, 0. */
struct tracee {
  uint64_t pid;
  uint32_t arch;
  unsigned line;           /* where the call began that it is in */
  struct slice unfinished; /* the call that it is in, as far as it was told; empty: none */
};

struct reader {
  struct sd_arena *arena;
  uint32_t arch;
  sd_seccomp_seen *seen;
  void *context;
  struct sd_seccomp_strace *out;
  SD_VEC(struct tracee *) tracees;
  size_t last;          /* the one that was found last */
  struct sd_str joined; /* a call of two lines */
  unsigned line;
};

static struct tracee *find_tracee(struct reader *reader, uint64_t pid) {
  if (reader->last < reader->tracees.len && reader->tracees.items[reader->last]->pid == pid)
    return reader->tracees.items[reader->last];
  for (size_t i = 0; i < reader->tracees.len; i++)
    if (reader->tracees.items[i]->pid == pid) {
      reader->last = i;
      return reader->tracees.items[i];
    }
  if (reader->tracees.len == PROCESSES_MAX)
    return reader->tracees.items[0];
  reader->last = reader->tracees.len;
  struct tracee *made = sd_arena_alloc(reader->arena, sizeof(*made));
  *sd_vec_push(reader->arena, &reader->tracees) = made;
  *made = (struct tracee){.pid = pid, .arch = reader->arch};
  return made;
}

/* -- calls ---------------------------------------------------------------------------------------- */

/* "syscall_0x1c9" and "syscall_457" are what strace has no name for. */
static bool number_by_name(uint32_t arch, struct slice name, int *out) {
  static const char unnamed[] = "syscall_";
  char text[NAME_MAX_LEN];
  uint64_t number = 0;
  if (slice_starts_with(name, unnamed)) {
    if (!strace_value(slice_from(name, strlen(unnamed)), &number) || number > INT32_MAX)
      return false;
    *out = (int)number;
    return true;
  }
  if (name.len >= sizeof(text))
    return false;
  memcpy(text, name.text, name.len);
  text[name.len] = '\0';
  return sd_seccomp_number_of(arch, text, out);
}

/* clone(child_stack=..., flags=...): in this order, which is not that of the call. Only s390 has the stack first. */
static bool read_clone(const struct slice *args, size_t count, uint32_t arch,
                       struct sd_seccomp_call *call, unsigned *known) {
  static const char flags[] = "flags=";
  unsigned index = arch == SCMP_ARCH_S390 || arch == SCMP_ARCH_S390X ? 1 : 0;
  bool named = false;
  for (size_t i = 0; i < count; i++) {
    named = named || memchr(args[i].text, '=', args[i].len) != NULL;
    if (slice_starts_with(args[i], flags) &&
        strace_value(slice_from(args[i], strlen(flags)), &call->args[index]))
      *known |= 1U << index;
  }
  return named;
}

static bool is_named(struct slice name, const char *text) {
  return name.len == strlen(text) && memcmp(name.text, text, name.len) == 0;
}

/* A child of a 32-bit process is one, too, and strace does not always say so. */
static void note_child(struct reader *reader, const struct tracee *parent, struct slice name,
                       struct slice rest) {
  uint64_t child = 0;
  uint32_t arch = parent->arch;
  rest = slice_trim(rest);
  if (arch == reader->arch || !slice_starts_with(rest, "= ") ||
      !(is_named(name, "clone") || is_named(name, "clone3") || is_named(name, "fork") ||
        is_named(name, "vfork")))
    return;
  rest = slice_from(rest, 2);
  rest.len = slice_span(rest, DIGITS "abcdefx");
  if (strace_value(rest, &child) && child > 0)
    find_tracee(reader, child)->arch = arch;
}

static bool read_call(struct reader *reader, const struct tracee *tracee, struct slice text) {
  struct slice name = {text.text, slice_span(text, NAME_BYTES)};
  struct slice args[STRACE_ARGS];
  struct slice rest;
  size_t count = 0;
  unsigned known = 0;
  struct sd_seccomp_call call = {.arch = tracee->arch};
  if (name.len == 0 || name.len == text.len || text.text[name.len] != '(' ||
      !number_by_name(tracee->arch, name, &call.number))
    return false;
  bool whole = strace_split(slice_from(text, name.len + 1), args, &count, &rest);
  count = count < STRACE_ARGS ? count : STRACE_ARGS;
  bool named = is_named(name, "clone") && read_clone(args, count, call.arch, &call, &known);
  for (unsigned i = 0; i < count && !named; i++)
    if (strace_value(args[i], &call.args[i]))
      known |= 1U << i;
  reader->seen(reader->context, &call, known);
  reader->out->calls++;
  if (whole)
    note_child(reader, tracee, name, rest);
  return true;
}

static void count_unread(struct reader *reader, unsigned line) {
  struct sd_seccomp_strace *out = reader->out;
  out->unread++;
  if (out->first_unread == 0 || line < out->first_unread)
    out->first_unread = line;
}

/* The end of a process, or of the file, may leave one open. */
static void read_unfinished(struct reader *reader, struct tracee *tracee) {
  struct slice text = tracee->unfinished;
  tracee->unfinished = (struct slice){NULL, 0};
  if (text.len > 0 && !read_call(reader, tracee, text))
    count_unread(reader, tracee->line);
}

static bool begin_call(struct reader *reader, struct tracee *tracee, struct slice text) {
  text = slice_trim(text);
  if (text.len == 0 && tracee->unfinished.len > 0)
    return true;
  read_unfinished(reader, tracee);
  tracee->unfinished = text;
  tracee->line = reader->line;
  return slice_span(text, NAME_BYTES) > 0 || slice_starts_with(text, "???");
}

static bool join_call(struct reader *reader, const struct tracee *tracee, struct slice before,
                      struct slice text) {
  reader->joined.len = 0;
  sd_str_add_bytes(&reader->joined, before.text, before.len);
  sd_str_add_bytes(&reader->joined, text.text, text.len);
  return read_call(reader, tracee, (struct slice){reader->joined.data, reader->joined.len});
}

/* "<... read resumed>"\n", 4096) = 1": of a call that was under way when strace came there is no beginning. */
static bool resume_call(struct reader *reader, struct tracee *tracee, struct slice text) {
  static const char mark[] = " resumed>";
  struct slice before = tracee->unfinished;
  tracee->unfinished = (struct slice){NULL, 0};
  while (text.len > 0 && !slice_starts_with(text, mark))
    text = slice_from(text, 1);
  if (text.len == 0)
    return false;
  if (before.len == 0 || slice_starts_with(before, "???"))
    return true;
  return join_call(reader, tracee, before, slice_from(text, strlen(mark)));
}

/* Where strace writes to the terminal its own remark may stand within a line, and the rest of the call on the next:
 * "clone(child_stack=NULL, flags=SIGCHLDstrace: Process 7 attached". */
static struct slice without_remark(struct slice line, bool *cut) {
  static const char remark[] = "strace: Process ";
  *cut = false;
  if (!slice_ends_with(line, " attached"))
    return line;
  for (size_t at = 1; at < line.len; at++)
    if (slice_starts_with(slice_from(line, at), remark)) {
      *cut = true;
      return slice_trim((struct slice){line.text, at});
    }
  return line;
}

static bool is_rest(const struct tracee *tracee, struct slice line) {
  return tracee->unfinished.len > 0 &&
         (slice_starts_with(line, ", ") || slice_starts_with(line, "=> ") ||
          slice_starts_with(line, ")"));
}

static bool continue_call(struct reader *reader, struct tracee *tracee, struct slice line) {
  struct slice before = tracee->unfinished;
  tracee->unfinished = (struct slice){NULL, 0};
  return join_call(reader, tracee, before, line);
}

/* -- lines ---------------------------------------------------------------------------------------- */

/* Length of a time: "12:00:01", "12:00:01.000123", "1700000000.000123", "+0.000012", "(+ 0.000012)"; 0: none. */
static size_t time_len(struct slice text) {
  size_t len = slice_span(text, "(+ ");
  size_t digits = slice_span(slice_from(text, len), DIGITS);
  if (digits == 0)
    return 0;
  size_t end = len + slice_span(slice_from(text, len), DIGITS ":.");
  if (end == len + digits)
    return 0; /* a number without a point or colon is a process */
  end += slice_span(slice_from(text, end), ")");
  return end < text.len && text.text[end] == ' ' ? end : 0;
}

/* "[00007f2a]" of -i and "[ 257]" of -n. */
static size_t bracket_len(struct slice text) {
  if (text.len == 0 || text.text[0] != '[')
    return 0;
  size_t len = 1 + slice_span(slice_from(text, 1), " ?x" DIGITS "abcdef");
  return len > 1 && len < text.len && text.text[len] == ']' ? len + 1 : 0;
}

/* "[pid  123] ", "123 ", "123<name> "; 0: none. */
static size_t pid_len(struct slice text, uint64_t *pid) {
  static const char prefix[] = "[pid";
  bool bracket = slice_starts_with(text, prefix);
  size_t at = bracket ? strlen(prefix) + slice_span(slice_from(text, strlen(prefix)), " ") : 0;
  size_t digits = slice_span(slice_from(text, at), DIGITS);
  size_t end = at + digits;
  if (digits == 0 || digits > 10)
    return 0;
  if (end < text.len && text.text[end] == '<')
    while (end < text.len && text.text[end++] != '>')
      ;
  if (end >= text.len || text.text[end] != (bracket ? ']' : ' '))
    return 0;
  uint64_t value = 0;
  for (size_t i = at; i < at + digits; i++)
    value = value * 10 + (uint64_t)(text.text[i] - '0');
  *pid = value;
  return end + 1;
}

static struct slice without_prefix(struct slice line, uint64_t *pid) {
  size_t len = pid_len(line, pid);
  line = slice_trim(slice_from(line, len));
  for (len = time_len(line); len > 0; len = time_len(line))
    line = slice_trim(slice_from(line, len));
  for (len = bracket_len(line); len > 0; len = bracket_len(line))
    line = slice_trim(slice_from(line, len));
  return line;
}

/* "[ Process PID=123 runs in 32 bit mode. ]" */
static bool read_mode(struct reader *reader, struct slice line, uint64_t pid) {
  static const char prefix[] = "[ Process PID=";
  static const char middle[] = " runs in ";
  static const struct {
    const char *mode;
    uint32_t arch;
  } modes[] = {{"32 bit mode. ]", 0}, {"64 bit mode. ]", 0}, {"x32 mode. ]", SCMP_ARCH_X32}};
  uint64_t named = 0;
  line = slice_from(line, strlen(prefix));
  struct slice digits = {line.text, slice_span(line, DIGITS)};
  line = slice_from(line, digits.len);
  if (!strace_value(digits, &named) || !slice_starts_with(line, middle))
    return false;
  line = slice_from(line, strlen(middle));
  uint32_t narrow = reader->arch == SCMP_ARCH_X86_64    ? SCMP_ARCH_X86
                    : reader->arch == SCMP_ARCH_AARCH64 ? SCMP_ARCH_ARM
                                                        : reader->arch;
  for (size_t i = 0; i < COUNT(modes); i++)
    if (is_named(line, modes[i].mode)) {
      uint32_t arch = i == 0 ? narrow : i == 1 ? reader->arch : modes[i].arch;
      find_tracee(reader, pid)->arch = arch;
      if (pid != named)
        find_tracee(reader, named)->arch = arch;
      return true;
    }
  return false;
}

/* What strace says of itself and of processes, and stacks (-k). */
static bool is_remark(struct slice line) {
  static const char *const starts[] = {"+++ ", "--- ", "strace: ", "Process ", "> ", "% time"};
  for (size_t i = 0; i < COUNT(starts); i++)
    if (slice_starts_with(line, starts[i]))
      return true;
  return line.len == 0;
}

static bool read_line(struct reader *reader, struct slice line) {
  uint64_t pid = 0;
  line = without_prefix(slice_trim(line), &pid);
  if (slice_starts_with(line, "[ Process PID="))
    return read_mode(reader, line, pid);
  struct tracee *tracee = find_tracee(reader, pid);
  if (slice_starts_with(line, "+++ "))
    read_unfinished(reader, tracee);
  if (is_remark(line))
    return true;
  if (slice_starts_with(line, "<... "))
    return resume_call(reader, tracee, line);
  if (is_rest(tracee, line))
    return continue_call(reader, tracee, line);
  bool cut = false;
  line = without_remark(line, &cut);
  if (slice_ends_with(line, UNFINISHED)) {
    line.len -= strlen(UNFINISHED);
    cut = true;
  }
  if (cut)
    return begin_call(reader, tracee, line);
  read_unfinished(reader, tracee);
  return read_call(reader, tracee, line);
}

void sd_seccomp_strace_read(struct sd_arena *arena, uint32_t arch, const char *text, size_t len,
                            sd_seccomp_seen *seen, void *context, struct sd_seccomp_strace *out) {
  struct reader reader = {.arena = arena, .arch = arch, .seen = seen, .context = context};
  *out = (struct sd_seccomp_strace){0};
  reader.out = out;
  sd_str_init(&reader.joined, arena);
  for (size_t at = 0; at < len;) {
    const char *end = memchr(text + at, '\n', len - at);
    size_t size = end != NULL ? (size_t)(end - text) - at : len - at;
    reader.line++;
    if (!read_line(&reader, (struct slice){text + at, size}))
      count_unread(&reader, reader.line);
    at += size + 1;
  }
  for (size_t i = 0; i < reader.tracees.len; i++)
    read_unfinished(&reader, reader.tracees.items[i]);
}
