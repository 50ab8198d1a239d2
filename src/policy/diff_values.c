/* SPDX-License-Identifier: Apache-2.0 */
/* Two values of one key: whether they mean the same, and which of them allows more. */
#include "safe-docker/base/number.h"

#include <stdlib.h>
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/docker/commands.h"

#include "diff.h"
#include "lint_places.h"
#include "schema.h"

/* What is certain of a key. */
enum kind {
  DIFFERENT,     /* nothing */
  SKIPPED,       /* it says nothing about what is allowed */
  MORE_LOOSENS,  /* numbers, sizes, CPUs, ulimits: the larger one allows more */
  TRUE_LOOSENS,  /* true allows more */
  TRUE_TIGHTENS, /* false allows more */
  WORDS,         /* `words` from the tightest to the loosest */
  EMPTY_LOOSENS, /* "" allows more than any text; two texts differ */
  RANGE,         /* "FIRST-LAST" */
  ALLOWED,       /* a list: what is in it is allowed */
  PATTERNS,      /* the same, and ** is all of it */
  PROTECTED,     /* a list: what is in it is refused */
  BINDS,
  DEVICES,      /* lists of objects */
  COMMANDS,     /* allowed; one has several names */
  CAPABILITIES, /* the same */
};

static const char *const isolation[] = {"owner", "shared", NULL};
static const char *const modes[] = {"caller", "non-root", "any", NULL};
static const char *const read_only[] = {"require", "default", "allow", NULL};
static const char *const profiles[] = {"deny", "stricter", NULL};
static const char *const machines[] = {"other", "auto", "this", NULL};
static const char *const apparmor[] = {"require", "auto", "off", NULL};

/* The first row that fits: a key, or, with a dot at its end, all that begins with it. */
/* clang-format off */
static const struct row {
  const char *key;
  enum kind kind;
  const char *const *words;
} rows[] = {
  {"$schema", SKIPPED, NULL},
  {"version", SKIPPED, NULL},
  {"overrides", SKIPPED, NULL},
  {"docker.machine", WORDS, machines},
  {"docker.", DIFFERENT, NULL},
  {"commands.allow", COMMANDS, NULL},
  {"isolation", WORDS, isolation},
  {"capabilities.", CAPABILITIES, NULL},
  {"resources.cgroup_parent", DIFFERENT, NULL},
  {"resources.", MORE_LOOSENS, NULL},
  {"user.mode", WORDS, modes},
  {"mounts.bind", BINDS, NULL},
  {"mounts.protect", PROTECTED, NULL},
  {"mounts.volumes.", PATTERNS, NULL},
  {"mounts.tmpfs", TRUE_LOOSENS, NULL},
  {"network.allow", ALLOWED, NULL},
  {"network.publish.addresses", ALLOWED, NULL},
  {"network.publish.ports", RANGE, NULL},
  {"network.publish.all", TRUE_LOOSENS, NULL},
  {"network.subnets", ALLOWED, NULL},
  {"images.allow", PATTERNS, NULL},
  {"images.own", PATTERNS, NULL},
  {"images.local", PATTERNS, NULL},
  {"images.verify.", DIFFERENT, NULL},
  {"images.require_digest", TRUE_TIGHTENS, NULL},
  {"images.content_trust", TRUE_TIGHTENS, NULL},
  {"images.pull", EMPTY_LOOSENS, NULL},
  {"filesystem.read_only", WORDS, read_only},
  {"seccomp.caller_profiles", WORDS, profiles},
  {"apparmor.mode", WORDS, apparmor},
  {"apparmor.allow", ALLOWED, NULL},
  {"restart.allow", ALLOWED, NULL},
  {"restart.max_retries", MORE_LOOSENS, NULL},
  {"logging.drivers", ALLOWED, NULL},
  {"sysctls.allow", ALLOWED, NULL},
  {"devices.allow", DEVICES, NULL},
  {"runtimes.allow", ALLOWED, NULL},
  {"options.allow", ALLOWED, NULL},
  {"audit.syslog", TRUE_TIGHTENS, NULL},
  {"audit.file", EMPTY_LOOSENS, NULL},
  {"audit.required", TRUE_TIGHTENS, NULL},
};
/* clang-format on */

static const struct row *find_row(const char *key) {
  static const struct row unknown = {"", DIFFERENT, NULL};
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const char *row = rows[i].key;
    size_t len = strlen(row);
    if (row[len - 1] == '.' ? sd_text_starts_with(key, row) : strcmp(key, row) == 0)
      return &rows[i];
  }
  return &unknown;
}

static enum sd_policy_change from_order(int order) {
  return order > 0 ? SD_POLICY_LOOSENS : order < 0 ? SD_POLICY_TIGHTENS : SD_POLICY_DIFFERS;
}

/* -- scalars ------------------------------------------------------------------------------------ */

static const char *scalar_text(struct sd_arena *arena, const struct sd_json *node) {
  struct sd_str out;
  if (node == NULL)
    return NULL;
  sd_str_init(&out, arena);
  switch (node->type) {
  case SD_JSON_STRING:
    sd_str_add_json(&out, node->string);
    break;
  case SD_JSON_NUMBER:
    sd_str_addf(&out, "%jd", (intmax_t)node->number);
    break;
  case SD_JSON_BOOL:
    sd_str_add(&out, node->boolean ? "true" : "false");
    break;
  case SD_JSON_NULL:
  case SD_JSON_ARRAY:
  case SD_JSON_OBJECT:
    sd_str_add(&out, node->type == SD_JSON_ARRAY ? "[]" : "{}");
    break;
  }
  return sd_str_text(&out);
}

/* The readers of the policy have seen these: what does not fit one form fits another. */
static int64_t amount(struct sd_arena *arena, const char *key, const struct sd_json *node) {
  int64_t value = 0;
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  bool cpus = sd_text_starts_with(key, "resources.cpus.");
  if (node->type == SD_JSON_NUMBER)
    return cpus ? node->number * INT64_C(1000000000) : node->number;
  if (cpus)
    return sd_number_nano_cpus(node->string, &value, &ignored) ? value : 0;
  return sd_number_size(node->string, &value, &ignored) ? value : 0;
}

static bool is_pair(const struct sd_json *node) {
  return node->type == SD_JSON_STRING && strchr(node->string, ':') != NULL;
}

/* "SOFT:HARD", or one number for both. */
static void ulimit_of(struct sd_arena *arena, const struct sd_json *node, int64_t out[2]) {
  uint64_t value = 0;
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  out[0] = out[1] = is_pair(node) ? 0 : amount(arena, "", node);
  if (!is_pair(node))
    return;
  size_t len = strcspn(node->string, ":");
  if (sd_number_decimal(sd_arena_strndup(arena, node->string, len), 0, INT64_MAX, &value, &ignored))
    out[0] = (int64_t)value;
  if (sd_number_decimal(node->string + len + 1, 0, INT64_MAX, &value, &ignored))
    out[1] = (int64_t)value;
}

static int compare(int64_t old, int64_t new) {
  return (new > old) - (new < old);
}

/* Both up, or one up and the other as it was. */
static bool compare_amounts(struct sd_arena *arena, const char *key, const struct sd_json *old,
                            const struct sd_json *new, enum sd_policy_change *change) {
  int64_t before[2] = {amount(arena, key, old), 0};
  int64_t after[2] = {amount(arena, key, new), 0};
  if (sd_text_starts_with(key, "resources.ulimits.")) {
    ulimit_of(arena, old, before);
    ulimit_of(arena, new, after);
  }
  int first = compare(before[0], after[0]);
  int second = compare(before[1], after[1]);
  *change = first * second < 0 ? SD_POLICY_DIFFERS : from_order(first + second);
  return first != 0 || second != 0;
}

static enum sd_policy_change compare_words(const char *const *words, const struct sd_json *old,
                                           const struct sd_json *new) {
  int place[2] = {0, 0};
  for (int i = 0; words[i] != NULL; i++) {
    place[0] = strcmp(words[i], old->string) == 0 ? i : place[0];
    place[1] = strcmp(words[i], new->string) == 0 ? i : place[1];
  }
  return from_order(place[1] - place[0]);
}

static bool read_range(struct sd_arena *arena, const char *text, uint64_t out[2]) {
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  size_t len = strcspn(text, "-");
  return sd_number_decimal(sd_arena_strndup(arena, text, len), 1, UINT16_MAX, &out[0], &ignored) &&
         sd_number_decimal(text[len] == '-' ? text + len + 1 : text, 1, UINT16_MAX, &out[1],
                           &ignored);
}

static enum sd_policy_change compare_ranges(struct sd_arena *arena, const struct sd_json *old,
                                            const struct sd_json *new) {
  uint64_t before[2] = {0, 0};
  uint64_t after[2] = {0, 0};
  if (!read_range(arena, old->string, before) || !read_range(arena, new->string, after))
    return SD_POLICY_DIFFERS;
  if (after[0] <= before[0] && after[1] >= before[1])
    return SD_POLICY_LOOSENS;
  return after[0] >= before[0] && after[1] <= before[1] ? SD_POLICY_TIGHTENS : SD_POLICY_DIFFERS;
}

static bool is_same_scalar(const struct sd_json *old, const struct sd_json *new) {
  if (old->type != new->type)
    return false;
  if (old->type == SD_JSON_STRING)
    return strcmp(old->string, new->string) == 0;
  return old->type == SD_JSON_BOOL ? old->boolean == new->boolean : old->number == new->number;
}

/* False: they mean the same. */
static bool compare_scalars(struct sd_arena *arena, const struct row *row, const char *key,
                            const struct sd_json *old, const struct sd_json *new,
                            enum sd_policy_change *change) {
  *change = SD_POLICY_DIFFERS;
  if (is_same_scalar(old, new))
    return false;
  switch (row->kind) {
  case MORE_LOOSENS:
    return compare_amounts(arena, key, old, new, change);
  case TRUE_LOOSENS:
    *change = new->boolean ? SD_POLICY_LOOSENS : SD_POLICY_TIGHTENS;
    return true;
  case TRUE_TIGHTENS:
    *change = new->boolean ? SD_POLICY_TIGHTENS : SD_POLICY_LOOSENS;
    return true;
  case WORDS:
    *change = compare_words(row->words, old, new);
    return true;
  case EMPTY_LOOSENS:
    *change = from_order((new->string[0] == '\0') - (old->string[0] == '\0'));
    return true;
  case RANGE:
    *change = compare_ranges(arena, old, new);
    return true;
  case DIFFERENT:
  case SKIPPED:
  case ALLOWED:
  case PATTERNS:
  case PROTECTED:
  case BINDS:
  case DEVICES:
  case COMMANDS:
  case CAPABILITIES:
    break;
  }
  return true;
}

/* -- lists -------------------------------------------------------------------------------------- */

/* What an item names, and what of it is given. */
struct item {
  const char *name, *access;
};

static const char *canonical(enum kind kind, const char *name) {
  const struct sd_command *command = kind == COMMANDS ? sd_command_find(name) : NULL;
  if (kind == CAPABILITIES && sd_text_starts_with(name, "CAP_"))
    return name + strlen("CAP_");
  return command != NULL ? command->name : name;
}

static struct item item_of(enum kind kind, const struct sd_json *node) {
  if (node->type != SD_JSON_OBJECT)
    return (struct item){node->type == SD_JSON_STRING ? canonical(kind, node->string) : "", ""};
  const struct sd_json *name = sd_json_get(node, "source");
  const struct sd_json *access = sd_json_get(node, "access");
  name = name != NULL ? name : sd_json_get(node, "path");
  return (struct item){name != NULL ? name->string : "", access != NULL ? access->string : "ro"};
}

/* The last one of that name: it is the one that holds. */
static const struct sd_json *find_item(enum kind kind, const struct sd_json *list,
                                       const char *name) {
  for (size_t i = list->items.len; i > 0; i--)
    if (strcmp(item_of(kind, list->items.items[i - 1]).name, name) == 0)
      return list->items.items[i - 1];
  return NULL;
}

/* "ro" and "rw" of binds, letters of devices: whether `more` gives all that `less` does. */
static bool gives_all(const char *more, const char *less) {
  return strcmp(less, "ro") == 0 || (strcmp(more, "ro") != 0 && less[strspn(less, more)] == '\0');
}

static bool has_everything(const struct sd_json *list) {
  for (size_t i = 0; i < list->items.len; i++)
    if (strcmp(item_of(PATTERNS, list->items.items[i]).name, "**") == 0)
      return true;
  return false;
}

/* Of several sources the longest decides: one inside another may take rights away. */
static bool lies_inside(const struct sd_json *list, const char *source) {
  for (size_t i = 0; i < list->items.len; i++) {
    const char *other = item_of(BINDS, list->items.items[i]).name;
    if (strcmp(other, source) != 0 && lint_is_within(source, other))
      return true;
  }
  return false;
}

/* What one list has and the other has not; `up` and `down` where that is certain. */
struct comparison {
  struct sd_arena *arena;
  enum kind kind;
  struct sd_policy_difference *out;
  bool looser, tighter, unclear;
};

static const char *item_text(struct sd_arena *arena, struct item item) {
  return sd_arena_printf(arena, "%s%s%s%s", sd_text_safe(arena, item.name),
                         item.access[0] != '\0' ? " (" : "", item.access,
                         item.access[0] != '\0' ? ")" : "");
}

/* Items of `here` that `there` has not, or has with less. */
static void collect(struct comparison *to, const struct sd_json *here, const struct sd_json *there,
                    bool added) {
  for (size_t i = 0; i < here->items.len; i++) {
    struct item item = item_of(to->kind, here->items.items[i]);
    const struct sd_json *other = find_item(to->kind, there, item.name);
    if (find_item(to->kind, here, item.name) != here->items.items[i] ||
        (other != NULL && gives_all(item_of(to->kind, other).access, item.access) &&
         gives_all(item.access, item_of(to->kind, other).access)))
      continue;
    sd_strv_add(added ? &to->out->added : &to->out->removed, to->arena, item_text(to->arena, item));
    bool grows = added != (to->kind == PROTECTED);
    if (to->kind == BINDS && lies_inside(added ? there : here, item.name))
      to->unclear = true;
    else if (other != NULL && gives_all(item_of(to->kind, other).access, item.access))
      continue; /* the other direction says it */
    else if (to->kind == PATTERNS && has_everything(there))
      continue; /* all of it was allowed anyway, or still is */
    else if (grows)
      to->looser = true;
    else
      to->tighter = true;
  }
}

static bool is_list_kind(enum kind kind) {
  return kind == ALLOWED || kind == PATTERNS || kind == PROTECTED || kind == BINDS ||
         kind == DEVICES || kind == COMMANDS || kind == CAPABILITIES;
}

static bool compare_lists(struct sd_arena *arena, enum kind kind, const struct sd_json *old,
                          const struct sd_json *new, struct sd_policy_difference *out) {
  struct comparison to = {.arena = arena, .kind = kind, .out = out};
  collect(&to, new, old, true);
  collect(&to, old, new, false);
  out->list = true;
  if (to.unclear || to.looser == to.tighter || !is_list_kind(kind))
    out->change = SD_POLICY_DIFFERS;
  else
    out->change = to.looser ? SD_POLICY_LOOSENS : SD_POLICY_TIGHTENS;
  return out->added.v.len + out->removed.v.len > 0;
}

bool diff_values(struct sd_arena *arena, const char *key, const struct sd_json *old,
                 const struct sd_json *new, struct sd_policy_difference *out) {
  const struct row *row = find_row(key);
  *out = (struct sd_policy_difference){.old_node = old, .new_node = new};
  if (row->kind == SKIPPED)
    return false;
  if (old != NULL && new != NULL && old->type == SD_JSON_ARRAY &&new->type == SD_JSON_ARRAY)
    return compare_lists(arena, row->kind, old, new, out);
  out->old_text = scalar_text(arena, old);
  out->new_text = scalar_text(arena, new);
  if (old == NULL || new == NULL) {
    bool context = sd_text_starts_with(key, "docker.contexts.");
    out->change = context ? from_order(old == NULL ? 1 : -1) : SD_POLICY_DIFFERS;
    return true;
  }
  return compare_scalars(arena, row, key, old, new, &out->change);
}
