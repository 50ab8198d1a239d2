/* SPDX-License-Identifier: Apache-2.0 */
#include "policy_test_table.h"

#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/base/words.h"
#include "safe-docker/docker/specs.h"

#define FIRST_UID 2001
#define FIRST_GID 3001
#define ID_LAST 4294967294U
#define LINE_MAX_BYTES ((size_t)128 * 1024)

struct group_name {
  const char *name;
  gid_t gid;
};

struct reader {
  struct sd_arena *arena;
  struct test_table *table;
  struct sd_error *err;
  unsigned line;
  const char *text;   /* of the line */
  const char *folder; /* NULL: nothing was said, or `cd` alone */
  uid_t next_uid;
  gid_t next_gid;
  SD_VEC(struct group_name) groups;
};

static bool fail(struct reader *in, size_t column, const char *hint, const char *message) {
  return sd_fail_rule(in->err, NULL, hint, "%s:%u:%zu: %s", in->table->name, in->line, column + 1,
                      message);
}

/* -- users --------------------------------------------------------------------------------------- */

static bool read_id(struct reader *in, const char *text, uint32_t *out) {
  uint64_t value = 0;
  struct sd_error why;
  sd_error_init(&why, in->arena);
  if (!sd_number_decimal(text, 0, ID_LAST, &value, &why))
    return fail(in, 0, "a decimal number",
                sd_arena_printf(in->arena, "\"%s\" is no number of a user or group",
                                sd_text_safe(in->arena, text)));
  *out = (uint32_t)value;
  return true;
}

/* A name has one number in the whole table. */
static bool find_group(struct reader *in, const char *name, const char *number, gid_t *out) {
  gid_t gid = 0;
  bool known = false;
  if (number != NULL && !read_id(in, number, &gid))
    return false;
  for (size_t i = 0; i < in->groups.len && !known; i++)
    if (strcmp(in->groups.items[i].name, name) == 0) {
      if (number != NULL && in->groups.items[i].gid != gid)
        return fail(in, 0, NULL,
                    sd_arena_printf(in->arena, "the group %s has another number already",
                                    sd_text_safe(in->arena, name)));
      gid = in->groups.items[i].gid;
      known = true;
    }
  if (!known && number == NULL)
    gid = in->next_gid++;
  if (!known)
    *sd_vec_push(in->arena, &in->groups) = (struct group_name){name, gid};
  *out = gid;
  return true;
}

static bool read_groups(struct reader *in, const char *text, struct test_user *user) {
  SD_VEC(gid_t) gids = {NULL, 0, 0};
  *sd_vec_push(in->arena, &gids) = user->who.gid;
  while (*text != '\0') {
    size_t len = strcspn(text, ",");
    const char *item = sd_arena_strndup(in->arena, text, len);
    size_t name_len = strcspn(item, ":");
    const char *name = sd_arena_strndup(in->arena, item, name_len);
    gid_t gid = 0;
    if (name_len == 0)
      return fail(in, 0, "groups=NAME,NAME:GID", "a group has no name");
    if (!find_group(in, name, item[name_len] == ':' ? item + name_len + 1 : NULL, &gid))
      return false;
    sd_strv_add(&user->group_names, in->arena, name);
    *sd_vec_push(in->arena, &gids) = gid;
    text += len + (text[len] == ',' ? 1 : 0);
  }
  user->who.groups = (struct sd_gids){gids.items, gids.len};
  return true;
}

struct user_words {
  const char *uid, *gid, *home, *groups;
};

static bool read_user_words(struct reader *in, const struct sd_strv *words,
                            struct user_words *out) {
  const struct {
    const char *key;
    const char **value;
  } keys[] = {
      {"uid=", &out->uid}, {"gid=", &out->gid}, {"home=", &out->home}, {"groups=", &out->groups}};
  for (size_t i = 2; i < words->v.len; i++) {
    bool known = false;
    for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]) && !known; k++)
      if (sd_text_starts_with(words->v.items[i], keys[k].key)) {
        *keys[k].value = words->v.items[i] + strlen(keys[k].key);
        known = true;
      }
    if (!known)
      return fail(in, 0, "user NAME [uid=N] [gid=N] [home=FOLDER] [groups=NAME,NAME:GID]",
                  sd_arena_printf(in->arena, "\"%s\" is nothing that a user has",
                                  sd_text_safe(in->arena, words->v.items[i])));
  }
  return true;
}

static const struct test_user *find_user(const struct test_table *table, const char *name,
                                         size_t *index) {
  for (size_t i = 0; i < table->users.len; i++)
    if (strcmp(table->users.items[i].name, name) == 0) {
      *index = i;
      return &table->users.items[i];
    }
  return NULL;
}

static bool read_path(struct reader *in, const char *text, const char **out) {
  struct sd_error why;
  sd_error_init(&why, in->arena);
  if (sd_path_clean(in->arena, text, out, &why))
    return true;
  return fail(
      in, 0, "a path from / on",
      sd_arena_printf(in->arena, "\"%s\" is no absolute path", sd_text_safe(in->arena, text)));
}

static bool read_user(struct reader *in, const struct sd_strv *words) {
  struct user_words given = {NULL, NULL, NULL, NULL};
  size_t ignored = 0;
  if (words->v.len < 2)
    return fail(in, 0, "user NAME [uid=N] [gid=N] [home=FOLDER] [groups=NAME,NAME:GID]",
                "a user has no name");
  struct test_user user = {.name = words->v.items[1], .made = true};
  if (find_user(in->table, user.name, &ignored) != NULL)
    return fail(in, 0, "each user once, above the lines that name it", "the user is there already");
  if (!read_user_words(in, words, &given))
    return false;
  uint32_t uid = in->next_uid;
  if (given.uid == NULL)
    in->next_uid++;
  else if (!read_id(in, given.uid, &uid))
    return false;
  uint32_t gid = uid;
  if (given.gid != NULL && !read_id(in, given.gid, &gid))
    return false;
  user.who = (struct sd_identity){.door = SD_DOOR_DIRECT,
                                  .uid = uid,
                                  .gid = gid,
                                  .user = user.name,
                                  .login_uid = (uid_t)-1,
                                  .folder = ""};
  if (!read_path(
          in, given.home != NULL ? given.home : sd_arena_printf(in->arena, "/home/%s", user.name),
          &user.who.home) ||
      !read_groups(in, given.groups != NULL ? given.groups : "", &user))
    return false;
  *sd_vec_push(in->arena, &in->table->users) = user;
  return true;
}

/* -- places -------------------------------------------------------------------------------------- */

static const struct {
  const char *word;
  enum sd_node node;
  bool writable;
} kinds[] = {
    {"folder", SD_NODE_DIRECTORY, true}, {"read-only", SD_NODE_DIRECTORY, false},
    {"file", SD_NODE_FILE, false},       {"socket", SD_NODE_SOCKET, false},
    {"device", SD_NODE_DEVICE, false},   {"missing", SD_NODE_MISSING, false},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static bool read_place(struct reader *in, size_t kind, const struct sd_strv *words) {
  struct whatif_place place = {.node = kinds[kind].node, .writable = kinds[kind].writable};
  if (words->v.len != 2)
    return fail(in, 0, NULL, sd_arena_printf(in->arena, "%s takes one path", kinds[kind].word));
  if (!read_path(in, words->v.items[1], &place.path))
    return false;
  *sd_vec_push(in->arena, &in->table->places) = place;
  return true;
}

static bool read_folder(struct reader *in, const struct sd_strv *words) {
  if (words->v.len > 2)
    return fail(in, 0, NULL, "cd takes one folder, or none");
  in->folder = NULL;
  return words->v.len < 2 || read_path(in, words->v.items[1], &in->folder);
}

/* What every system has, as the paths are that nothing links to. */
static const struct {
  const char *path;
  enum sd_node node;
  bool writable;
} usual[] = {
    {"/", SD_NODE_DIRECTORY, false},
    {"/bin", SD_NODE_DIRECTORY, false},
    {"/boot", SD_NODE_DIRECTORY, false},
    {"/dev", SD_NODE_DIRECTORY, false},
    {"/dev/fuse", SD_NODE_DEVICE, false},
    {"/dev/kvm", SD_NODE_DEVICE, false},
    {"/dev/null", SD_NODE_DEVICE, false},
    {"/etc", SD_NODE_DIRECTORY, false},
    {"/etc/hosts", SD_NODE_FILE, false},
    {"/etc/passwd", SD_NODE_FILE, false},
    {"/etc/shadow", SD_NODE_FILE, false},
    {"/home", SD_NODE_DIRECTORY, false},
    {"/lib", SD_NODE_DIRECTORY, false},
    {"/media", SD_NODE_DIRECTORY, false},
    {"/mnt", SD_NODE_DIRECTORY, false},
    {"/opt", SD_NODE_DIRECTORY, false},
    {"/proc", SD_NODE_DIRECTORY, false},
    {"/root", SD_NODE_DIRECTORY, false},
    {"/run", SD_NODE_DIRECTORY, false},
    {"/run/docker.sock", SD_NODE_SOCKET, false},
    {"/sbin", SD_NODE_DIRECTORY, false},
    {"/srv", SD_NODE_DIRECTORY, false},
    {"/sys", SD_NODE_DIRECTORY, false},
    {"/tmp", SD_NODE_DIRECTORY, true},
    {"/usr", SD_NODE_DIRECTORY, false},
    {"/var", SD_NODE_DIRECTORY, false},
    {"/var/lib", SD_NODE_DIRECTORY, false},
    {"/var/lib/docker", SD_NODE_DIRECTORY, false},
    {"/var/log", SD_NODE_DIRECTORY, false},
    {"/var/run", SD_NODE_DIRECTORY, false},
    {"/var/run/docker.sock", SD_NODE_SOCKET, false},
    {"/var/tmp", SD_NODE_DIRECTORY, true},
};

const struct whatif_world *policy_test_world(struct sd_arena *arena, const struct test_table *table,
                                             const struct test_user *user) {
  struct whatif_world *world = sd_arena_alloc(arena, sizeof(*world));
  if (!user->made && table->places.len == 0)
    return NULL;
  world->whole = user->made;
  for (size_t i = 0; user->made && i < sizeof(usual) / sizeof(usual[0]); i++)
    *sd_vec_push(arena, &world->places) =
        (struct whatif_place){usual[i].path, usual[i].node, usual[i].writable};
  if (user->made)
    *sd_vec_push(arena, &world->places) =
        (struct whatif_place){user->who.home, SD_NODE_DIRECTORY, true};
  for (size_t i = 0; i < table->places.len; i++)
    *sd_vec_push(arena, &world->places) = table->places.items[i];
  return world;
}

/* -- lines --------------------------------------------------------------------------------------- */

static bool read_words(struct reader *in, bool present, const struct sd_strv *words) {
  struct test_table *table = in->table;
  struct test_case *last = table->cases.len > 0 ? &table->cases.items[table->cases.len - 1] : NULL;
  if (last == NULL || !last->allow)
    return fail(in, 0, NULL, "the line above this one is none that is allowed");
  if (words->v.len < 2)
    return fail(in, 0, NULL, "no word follows");
  for (size_t i = 1; i < words->v.len; i++)
    *sd_vec_push(in->arena, &last->argv) = (struct test_word){words->v.items[i], present};
  return true;
}

/* "allow", "deny" or "deny:RULE,RULE". */
static bool read_expected(struct reader *in, const char *word, struct test_case *out) {
  static const char deny[] = "deny:";
  out->allow = strcmp(word, "allow") == 0;
  if (out->allow || strcmp(word, "deny") == 0)
    return true;
  if (!sd_text_starts_with(word, deny) || word[sizeof(deny) - 1] == '\0')
    return fail(in, 0, "WHO allow|deny|deny:RULE,RULE COMMAND LINE",
                sd_arena_printf(in->arena, "\"%s\" is no decision", sd_text_safe(in->arena, word)));
  out->exact = true;
  for (const char *at = word + sizeof(deny) - 1; *at != '\0';) {
    size_t len = strcspn(at, ",");
    if (len == 0)
      return fail(in, 0, "deny:RULE,RULE", "a rule has no name");
    sd_strv_add(&out->rules, in->arena, sd_arena_strndup(in->arena, at, len));
    at += len + (at[len] == ',' ? 1 : 0);
  }
  return true;
}

/* The text behind the first two words. */
static const char *command_text(const char *line) {
  for (int i = 0; i < 2; i++) {
    line += strspn(line, " \t");
    line += strcspn(line, " \t");
  }
  return line + strspn(line, " \t");
}

static bool read_case(struct reader *in, const struct sd_strv *words) {
  struct test_case out = {.line = in->line, .text = command_text(in->text), .folder = in->folder};
  if (words->v.len < 2)
    return fail(in, 0, "WHO allow|deny|deny:RULE,RULE COMMAND LINE", "the line is not complete");
  if (!read_expected(in, words->v.items[1], &out))
    return false;
  const char *name = words->v.items[0];
  if (find_user(in->table, name, &out.user) == NULL) {
    out.user = in->table->users.len;
    *sd_vec_push(in->arena, &in->table->users) = (struct test_user){.name = name};
  }
  size_t first = words->v.len > 2 && strcmp(words->v.items[2], "docker") == 0 ? 3 : 2;
  for (size_t i = first; i < words->v.len; i++)
    sd_strv_add(&out.words, in->arena, words->v.items[i]);
  *sd_vec_push(in->arena, &in->table->cases) = out;
  return true;
}

static bool read_line(struct reader *in) {
  struct sd_strv words = {0};
  struct sd_error why;
  size_t where = 0;
  sd_error_init(&why, in->arena);
  if (strlen(in->text) > LINE_MAX_BYTES)
    return fail(in, LINE_MAX_BYTES, NULL, "the line is too long");
  if (!sd_text_is_utf8(in->text, strlen(in->text)))
    return fail(in, 0, NULL, "the line is no valid UTF-8");
  if (!sd_words_split(in->arena, in->text, &words, &where, &why))
    return fail(in, where, why.hint, why.message);
  if (words.v.len == 0)
    return true;
  const char *first = words.v.items[0];
  for (size_t i = 0; i < KINDS; i++)
    if (strcmp(first, kinds[i].word) == 0)
      return read_place(in, i, &words);
  if (strcmp(first, "user") == 0)
    return read_user(in, &words);
  if (strcmp(first, "cd") == 0)
    return read_folder(in, &words);
  if (strcmp(first, "+") == 0 || strcmp(first, "!") == 0)
    return read_words(in, first[0] == '+', &words);
  return read_case(in, &words);
}

bool policy_test_read(struct sd_arena *arena, const char *name, const char *text,
                      struct test_table *out, struct sd_error *err) {
  struct test_table table = {.name = sd_text_safe(arena, name)};
  struct reader in = {
      .arena = arena, .table = &table, .err = err, .next_uid = FIRST_UID, .next_gid = FIRST_GID};
  while (*text != '\0') {
    size_t len = strcspn(text, "\n");
    in.line++;
    in.text = sd_arena_strndup(arena, text, len);
    if (!read_line(&in))
      return false;
    text += len + (text[len] == '\n' ? 1 : 0);
  }
  *out = table;
  return true;
}
