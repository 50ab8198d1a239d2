/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/report/audit_history.h"

#include <string.h>

#include "safe-docker/base/sha256.h"

#define VERSIONS_MAX 1000
#define REQUESTS_MAX 4000
#define BYTES_MAX ((size_t)64 * 1024 * 1024) /* of all that is kept of records */
#define SLOTS 8192 /* a power of two, and twice as many as are ever used */

struct sd_audit_slot {
  const char *hash; /* NULL: free */
  size_t request;
};

void sd_audit_history_init(struct sd_audit_history *history, struct sd_arena *arena) {
  *history = (struct sd_audit_history){.arena = arena};
  history->slots = sd_arena_alloc(arena, SLOTS * sizeof(*history->slots));
}

/* False: there is no room for so much more. Whoever asks chooses how long a record is. */
static bool take_room(struct sd_audit_history *history, size_t size) {
  if (size > BYTES_MAX - history->bytes)
    return false;
  history->bytes += size;
  return true;
}

static size_t size_of(const struct sd_strv *strings) {
  size_t size = 0;
  for (size_t i = 0; i < strings->v.len; i++)
    size += sizeof(char *) + strlen(strings->v.items[i]) + 1;
  return size;
}

/* -- versions ----------------------------------------------------------------------------------- */

static void add_version(struct sd_audit_history *history, const struct sd_audit_record *record) {
  struct sd_audit_version *found = NULL;
  for (size_t i = history->versions.len; i > 0 && found == NULL; i--)
    if (strcmp(history->versions.items[i - 1].hash, record->policy_hash) == 0 &&
        strcmp(history->versions.items[i - 1].sources, record->policy) == 0)
      found = &history->versions.items[i - 1];
  if (found == NULL && history->versions.len < VERSIONS_MAX &&
      take_room(history, strlen(record->policy_hash) + strlen(record->policy))) {
    found = sd_vec_push(history->arena, &history->versions);
    *found = (struct sd_audit_version){.hash = sd_arena_strdup(history->arena, record->policy_hash),
                                       .sources = sd_arena_strdup(history->arena, record->policy),
                                       .first = record->time,
                                       .last = record->time};
  }
  if (found == NULL)
    return;
  found->records++;
  found->first = record->time < found->first ? record->time : found->first;
  found->last = record->time > found->last ? record->time : found->last;
}

/* -- requests ----------------------------------------------------------------------------------- */

/* The hash is one that nobody can make equal for other words, however they choose them. */
static const char *hash_of(struct sd_arena *arena, const struct sd_audit_record *record) {
  struct sd_sha256 hash;
  sd_sha256_init(&hash);
  sd_sha256_add(&hash, &record->uid, sizeof(record->uid));
  sd_sha256_add(&hash, record->folder, strlen(record->folder) + 1);
  for (size_t i = 1; i < record->typed.v.len; i++)
    sd_sha256_add(&hash, record->typed.v.items[i], strlen(record->typed.v.items[i]) + 1);
  return sd_sha256_finish(&hash, arena);
}

/* Its slot, or the free one for it. */
static struct sd_audit_slot *find_slot(struct sd_audit_history *history, const char *hash) {
  size_t at = 0;
  for (size_t i = 0; i < 8; i++)
    at = at * 31 + (unsigned char)hash[i];
  for (;; at++) {
    struct sd_audit_slot *slot = &history->slots[at % SLOTS];
    if (slot->hash == NULL || strcmp(slot->hash, hash) == 0)
      return slot;
  }
}

static void copy_strings(struct sd_arena *arena, const struct sd_strv *from, size_t first,
                         struct sd_strv *to) {
  *to = (struct sd_strv){0};
  for (size_t i = first; i < from->v.len; i++)
    sd_strv_add(to, arena, sd_arena_strdup(arena, from->v.items[i]));
}

static struct sd_audit_request *make_request(struct sd_audit_history *history,
                                             const struct sd_audit_record *record) {
  struct sd_arena *arena = history->arena;
  struct sd_audit_request *request = sd_vec_push(arena, &history->requests);
  *request = (struct sd_audit_request){.uid = record->uid,
                                       .user = sd_arena_strdup(arena, record->user),
                                       .folder = sd_arena_strdup(arena, record->folder),
                                       .shown = sd_audit_command_line(arena, record),
                                       .verified = true};
  copy_strings(arena, &record->typed, 1, &request->words);
  return request;
}

/* Of the records of one request with the same rules most need no new copy. */
static bool same_rules(const struct sd_strv *a, const struct sd_strv *b) {
  if (a->v.len != b->v.len)
    return false;
  for (size_t i = 0; i < a->v.len; i++)
    if (strcmp(a->v.items[i], b->v.items[i]) != 0)
      return false;
  return true;
}

static void add_request(struct sd_audit_history *history, const struct sd_audit_record *record) {
  struct sd_arena scratch;
  struct sd_audit_request *request = NULL;
  sd_arena_init(&scratch);
  const char *hash = hash_of(&scratch, record);
  struct sd_audit_slot *slot = find_slot(history, hash);
  if (slot->hash != NULL) {
    request = &history->requests.items[slot->request];
  } else if (history->requests.len < REQUESTS_MAX &&
             take_room(history, strlen(record->folder) + size_of(&record->typed))) {
    slot->hash = sd_arena_strdup(history->arena, hash);
    slot->request = history->requests.len;
    request = make_request(history, record);
  }
  sd_arena_finish(&scratch);
  if (request == NULL) {
    history->no_room++;
    return;
  }
  request->records++;
  request->denied = record->denied;
  request->last = record->time;
  request->verified = request->verified && record->trust == SD_AUDIT_SURE;
  if (!same_rules(&request->rules, &record->rules) && take_room(history, size_of(&record->rules)))
    copy_strings(history->arena, &record->rules, 0, &request->rules);
}

/* "***" stands where a password was: docker login. */
static bool is_masked(const struct sd_audit_record *record) {
  if (strcmp(record->command, "login") == 0)
    return true;
  bool hidden = false;
  for (size_t i = 0; i < record->typed.v.len; i++)
    hidden = hidden || strstr(record->typed.v.items[i], "***") != NULL;
  return hidden && sd_strv_contains(&record->typed, "login");
}

/* Rules that look at what there is: containers, volumes, networks, images. */
static bool is_of_daemon(const struct sd_audit_record *record) {
  static const char *const rules[] = {"copy-mounts",  "image-id",    "image-own",
                                      "lookup",       "not-found",   "network-name",
                                      "not-launched", "volume-owner"};
  for (size_t i = 0; record->denied && i < sizeof(rules) / sizeof(rules[0]); i++)
    if (sd_strv_contains(&record->rules, rules[i]))
      return true;
  return false;
}

void sd_audit_history_add(struct sd_audit_history *history, const struct sd_audit_record *record) {
  if (record->trust == SD_AUDIT_FORGED) {
    history->forged++;
    return;
  }
  add_version(history, record);
  if (record->brief || record->cut || record->folder == NULL || record->typed.v.len == 0)
    history->incomplete++;
  else if (is_masked(record))
    history->masked++;
  else if (is_of_daemon(record))
    history->of_daemon++;
  else
    add_request(history, record);
}

const char *sd_audit_history_skipped(struct sd_arena *arena,
                                     const struct sd_audit_history *history) {
  const struct {
    uint64_t count;
    const char *why;
  } rows[] = {{history->incomplete, "without all of the words"},
              {history->masked, "with a password, which is not recorded"},
              {history->of_daemon, "denied for what the daemon held then"},
              {history->forged, "forged"},
              {history->no_room, "of further requests than can be remembered"}};
  struct sd_str out;
  sd_str_init(&out, arena);
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    if (rows[i].count > 0)
      sd_str_addf(&out, "%s%llu %s", out.len > 0 ? ", " : "", (unsigned long long)rows[i].count,
                  rows[i].why);
  return sd_str_text(&out);
}
