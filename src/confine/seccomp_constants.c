/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/confine/seccomp_constants.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "seccomp_condition.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SOCKET_TYPES 0xfU
#define HEX_HALF 8 /* digits of half a word */

enum kind {
  FAMILY,
  SOCKET,
  CLONE,
  OPEN,
  PERSONALITY,
  QUERY,
  TERMINAL,
  MODE,
  PROTECTION,
  MAPPING,
  TRACE,
  CONTROL,
  SOCKETCALL,
  IPC,
  MEMORY_FILE
};

/* Texts within the rows, not beside them: then the loader has nothing to do for the table. */
static const struct {
  uint32_t value;
  uint8_t kind;
  char name[24];
} constants[] = {
#define SD_CONSTANT(kind, name, value) {value, kind, name},
#include "seccomp_constants.def"
#undef SD_CONSTANT
};

static const struct {
  uint8_t index, kind;
  char call[14];
} arguments[] = {
#define SD_ARGUMENT(call, index, kind) {index, kind, call},
#include "seccomp_constants.def"
#undef SD_ARGUMENT
};

/* -- names of values ---------------------------------------------------------------------------- */

static const char *exact_name(enum kind kind, uint64_t value) {
  for (size_t i = 0; i < COUNT(constants); i++)
    if (constants[i].kind == kind && constants[i].value == value)
      return constants[i].name;
  return NULL;
}

/* Sets of bits; the others are numbers of something. */
static bool is_set(enum kind kind) {
  return kind == CLONE || kind == OPEN || kind == PERSONALITY || kind == PROTECTION ||
         kind == MAPPING || kind == SOCKET || kind == MEMORY_FILE;
}

/* From the highest bit down; what has no name stays a number. */
static const char *set_names(struct sd_arena *arena, enum kind kind, uint64_t value) {
  struct sd_strv names = {{NULL, 0, 0}};
  uint64_t left = value;
  for (size_t i = COUNT(constants); i-- > 0;) {
    uint64_t bits = constants[i].value;
    bool type = kind == SOCKET && bits <= SOCKET_TYPES;
    if (constants[i].kind != kind || bits == 0 ||
        (type ? (left & SOCKET_TYPES) != bits : (left & bits) != bits))
      continue;
    sd_strv_add(&names, arena, constants[i].name);
    left &= ~bits;
  }
  if (names.v.len == 0)
    return NULL;
  if (left != 0)
    sd_strv_add(&names, arena, sd_arena_printf(arena, "0x%" PRIx64, left));
  return sd_strv_join(&names, arena, "|");
}

static bool find_argument(const char *call, unsigned index, enum kind *kind) {
  for (size_t i = 0; i < COUNT(arguments); i++)
    if (arguments[i].index == index && strcmp(arguments[i].call, call) == 0) {
      *kind = arguments[i].kind;
      return true;
    }
  return false;
}

const char *sd_seccomp_value_name(struct sd_arena *arena, const char *call, unsigned index,
                                  uint64_t value) {
  enum kind kind;
  if (!find_argument(call, index, &kind))
    return NULL;
  const char *name = exact_name(kind, value);
  if (name == NULL && kind == PERSONALITY)
    name = exact_name(QUERY, value);
  return name == NULL && is_set(kind) ? set_names(arena, kind, value) : name;
}

static const char *value_text(struct sd_arena *arena, const char *call, unsigned index,
                              uint64_t value) {
  const char *name = sd_seccomp_value_name(arena, call, index, value);
  return name != NULL ? name : sd_seccomp_number_text(arena, value);
}

const char *sd_seccomp_spell_call(struct sd_arena *arena, const char *call, const uint64_t args[6],
                                  unsigned least) {
  struct sd_str out;
  unsigned count = 6;
  sd_str_init(&out, arena);
  while (count > least && args[count - 1] == 0)
    count--;
  sd_str_addf(&out, "%s(", call);
  for (unsigned i = 0; i < count; i++)
    sd_str_addf(&out, "%s%s", i > 0 ? ", " : "", value_text(arena, call, i, args[i]));
  sd_str_add_char(&out, ')');
  return sd_str_text(&out);
}

/* -- values of names ---------------------------------------------------------------------------- */

static const char *name_at(const void *context, size_t index) {
  (void)context;
  return constants[index].name;
}

static bool find_constant(const char *name, uint64_t *out) {
  for (size_t i = 0; i < COUNT(constants); i++)
    if (strcmp(constants[i].name, name) == 0) {
      *out = constants[i].value;
      return true;
    }
  return false;
}

/* Kinds whose numbers the machine shares with those of the table. */
static bool is_portable(enum kind kind) {
#if defined(__mips__) || defined(__sparc__) || defined(__alpha__) || defined(__hppa__)
  bool alike = false; /* SOCK_ and SIGCHLD are other numbers there */
#else
  bool alike = true;
#endif
  return kind == FAMILY || kind == PERSONALITY || kind == MODE || kind == MEMORY_FILE ||
         (alike && (kind == SOCKET || kind == CLONE));
}

bool sd_seccomp_portable_constant(const char *name, size_t len, uint64_t *out) {
  for (size_t i = 0; i < COUNT(constants); i++)
    if (is_portable(constants[i].kind) && strlen(constants[i].name) == len &&
        memcmp(constants[i].name, name, len) == 0) {
      *out = constants[i].value;
      return true;
    }
  return false;
}

static const char *in_other_case(const char *name) {
  for (size_t i = 0; i < COUNT(constants); i++)
    if (strcasecmp(constants[i].name, name) == 0)
      return constants[i].name;
  return NULL;
}

/* Up to 16 digits, by halves: the number module reads no more than 63 bits of hex. */
static bool parse_hex(struct sd_arena *arena, const char *digits, uint64_t *out,
                      struct sd_error *err) {
  size_t len = strlen(digits);
  size_t high = len > HEX_HALF ? len - HEX_HALF : 0;
  int64_t halves[2] = {0, 0};
  if (len == 0 || len > (size_t)2 * HEX_HALF || strspn(digits, "0123456789abcdefABCDEF") != len)
    return sd_fail(err, "not a hexadecimal number of at most 64 bits");
  const char *first = sd_arena_strndup(arena, digits, high);
  if ((high > 0 && !sd_number_go_int(sd_arena_printf(arena, "0x%s", first), &halves[0], err)) ||
      !sd_number_go_int(sd_arena_printf(arena, "0x%s", digits + high), &halves[1], err))
    return false;
  *out = (uint64_t)halves[0] << 32 | (uint64_t)halves[1];
  return true;
}

static bool parse_number(struct sd_arena *arena, const char *text, uint64_t *out,
                         struct sd_error *err) {
  int64_t negative = 0;
  if (sd_text_starts_with(text, "0x") || sd_text_starts_with(text, "0X"))
    return parse_hex(arena, text + 2, out, err);
  if (text[0] == '0' && text[1] != '\0')
    return sd_number_octal(text, UINT64_MAX, out, err);
  if (text[0] != '-')
    return sd_number_decimal(text, 0, UINT64_MAX, out, err);
  if (!sd_number_go_int(text, &negative, err))
    return false;
  *out = (uint64_t)negative;
  return true;
}

static bool parse_part(struct sd_arena *arena, const char *text, uint64_t *out,
                       struct sd_error *err) {
  struct sd_error why;
  sd_error_init(&why, arena);
  if (find_constant(text, out) || parse_number(arena, text, out, &why))
    return true;
  const char *near = in_other_case(text);
  if (near == NULL)
    near = sd_text_nearest(text, COUNT(constants), name_at, NULL);
  const char *hint = near != NULL ? sd_arena_printf(arena, "did you mean %s?", near)
                     : strchr(text, '/') != NULL
                         ? "a filter sees the address of a text, and not the text: give a number"
                         : "decimal, 0x..., octal with 0 in front, or constants such as "
                           "AF_INET, SOCK_STREAM|SOCK_CLOEXEC";
  return sd_fail_rule(err, NULL, hint, "\"%s\" is not a number and not a known constant",
                      sd_text_safe(arena, text));
}

bool sd_seccomp_parse_value(struct sd_arena *arena, const char *text, uint64_t *out,
                            struct sd_error *err) {
  uint64_t sum = 0;
  for (const char *part = text;;) {
    size_t len = strcspn(part, "|");
    uint64_t value = 0;
    if (!parse_part(arena, sd_arena_strndup(arena, part, len), &value, err))
      return false;
    sum |= value;
    if (part[len] == '\0')
      break;
    part += len + 1;
  }
  *out = sum;
  return true;
}

/* -- conditions --------------------------------------------------------------------------------- */

/* The number at the end of the first `len` bytes of `text`. */
static bool last_number(struct sd_arena *arena, const char *text, size_t len, uint64_t *out) {
  struct sd_error unused;
  size_t start = len;
  sd_error_init(&unused, arena);
  while (start > 0 && text[start - 1] != ' ')
    start--;
  return parse_number(arena, sd_arena_strndup(arena, text + start, len - start), out, &unused);
}

/* " (none of CLONE_NEWNS|CLONE_NEWPID)" for the mask in front of ") == VALUE". */
static void add_mask_names(struct sd_str *out, const char *call, unsigned index, const char *term,
                           uint64_t value) {
  uint64_t mask = 0;
  const char *end = strchr(term, ')');
  if (end == NULL || !last_number(out->arena, term, (size_t)(end - term), &mask))
    return;
  const char *bits = sd_seccomp_value_name(out->arena, call, index, mask);
  const char *wanted = sd_seccomp_value_name(out->arena, call, index, value);
  if (value == 0 && bits != NULL)
    sd_str_addf(out, " (none of %s)", bits);
  else if (value != 0 && wanted != NULL)
    sd_str_addf(out, " (%s)", wanted);
}

/* One comparison: "arg0 == 2", "(arg0 & 0x7e020000) == 0x0". */
static void add_term(struct sd_str *out, const char *call, const char *term) {
  bool masked = term[0] == '(';
  const char *digit = term + (masked ? 1 : 0) + strlen("arg");
  uint64_t value = 0;
  sd_str_add(out, term);
  if (!sd_text_starts_with(masked ? term + 1 : term, "arg") || *digit < '0' || *digit > '5' ||
      !last_number(out->arena, term, strlen(term), &value))
    return;
  unsigned index = (unsigned)(*digit - '0');
  if (masked) {
    add_mask_names(out, call, index, term, value);
    return;
  }
  const char *name = sd_seccomp_value_name(out->arena, call, index, value);
  if (name != NULL)
    sd_str_addf(out, " (%s)", name);
}

const char *sd_seccomp_annotate(struct sd_arena *arena, const char *call, const char *when) {
  static const char AND[] = " && ";
  struct sd_str out;
  sd_str_init(&out, arena);
  for (const char *term = when; *term != '\0';) {
    const char *end = strstr(term, AND);
    size_t len = end != NULL ? (size_t)(end - term) : strlen(term);
    if (term != when)
      sd_str_add(&out, AND);
    add_term(&out, call, sd_arena_strndup(arena, term, len));
    term += len + (end != NULL ? strlen(AND) : 0);
  }
  return sd_str_text(&out);
}
