/* SPDX-License-Identifier: Apache-2.0 */
/* What the host's units start (systemd.unit(5), systemd.service(5), systemd.socket(5)): the first docker.service of the folders
 * below, then *.conf of docker.service.d, by name, of two with the same name the one in the first folder. An ExecStart= or
 * ListenStream= without a value takes away those before it. Where there is no unit, the script of /etc/init.d starts dockerd
 * with DOCKER_OPTS of /etc/default/docker. */
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "doctor.h"

#define UNIT_MAX ((size_t)256 * 1024)
#define DEFAULTS "/etc/default/docker"
#define SCRIPT "/etc/init.d/docker"

static const char *const folders[] = {"/etc/systemd/system", "/run/systemd/system",
                                      "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
                                      "/lib/systemd/system"};
#define FOLDERS (sizeof(folders) / sizeof(folders[0]))

struct unit {
  struct sd_arena *arena;
  const char *section, *key; /* whose values are gathered: "Service", "ExecStart" */
  struct sd_strv files;      /* that were read */
  struct sd_strv values;
  const char *source;       /* the file of the last value */
  struct sd_strv variables; /* "NAME=value" */
};

/* -- words -------------------------------------------------------------------------------------- */

/* The next word of a line, as systemd splits it: quotes of both kinds, a backslash before any byte. `*raw` is true where no
 * part of it was quoted. NULL: none is left. */
static const char *next_word(struct sd_arena *arena, const char **line, bool *raw) {
  struct sd_str word;
  char quote = '\0';
  const char *at = *line + strspn(*line, " \t");
  if (*at == '\0')
    return NULL;
  sd_str_init(&word, arena);
  *raw = true;
  for (; *at != '\0' && (quote != '\0' || strchr(" \t", *at) == NULL); at++) {
    bool is_quote = quote != '\0' ? *at == quote : (*at == '"' || *at == '\'');
    if (is_quote) {
      quote = quote != '\0' ? '\0' : *at;
      *raw = false;
      continue;
    }
    if (*at == '\\' && at[1] != '\0' && quote != '\'')
      at++;
    sd_str_add_char(&word, *at);
  }
  *line = at;
  return sd_str_text(&word);
}

static const char *variable(const struct unit *unit, const char *name, size_t len) {
  const char *value = NULL;
  for (size_t i = 0; i < unit->variables.v.len; i++) {
    const char *item = unit->variables.v.items[i];
    if (strncmp(item, name, len) == 0 && item[len] == '=')
      value = item + len + 1;
  }
  return value != NULL ? value : "";
}

static size_t name_len(const char *text) {
  return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");
}

/* "${NAME}" and "$$" within a word; "%%" is a percent sign. */
static const char *expand(const struct unit *unit, const char *word) {
  struct sd_str out;
  sd_str_init(&out, unit->arena);
  while (*word != '\0') {
    size_t len = strncmp(word, "${", 2) == 0 ? name_len(word + 2) : 0;
    if (len > 0 && word[2 + len] == '}') {
      sd_str_add(&out, variable(unit, word + 2, len));
      word += len + 3;
      continue;
    }
    sd_str_add_char(&out, *word);
    word += (word[0] == '$' && word[1] == '$') || (word[0] == '%' && word[1] == '%') ? 2 : 1;
  }
  return sd_str_text(&out);
}

static void add_words(const struct unit *unit, const char *line, struct fact_texts *out) {
  bool raw = false;
  for (const char *word; (word = next_word(unit->arena, &line, &raw)) != NULL;) {
    size_t len = word[0] == '$' ? name_len(word + 1) : 0;
    if (len > 0 && word[1 + len] == '\0' && raw) { /* a variable that is a word is split */
      const char *rest = variable(unit, word + 1, len);
      for (const char *part; (part = next_word(unit->arena, &rest, &raw)) != NULL;)
        sd_strv_add(&out->list, unit->arena, part);
      continue;
    }
    sd_strv_add(&out->list, unit->arena, expand(unit, word));
  }
}

/* -- files -------------------------------------------------------------------------------------- */

/* A file of NAME=value lines. */
static void read_variables(struct unit *unit, const char *path) {
  const char *text = doctor_read(unit->arena, path, UNIT_MAX);
  for (size_t len; text != NULL && *text != '\0'; text += len + (text[len] == '\n' ? 1 : 0)) {
    len = strcspn(text, "\n");
    const char *line = sd_arena_strndup(unit->arena, text, len);
    line += strspn(line, " \t");
    line += strncmp(line, "export ", 7) == 0 ? 7 : 0;
    size_t name = name_len(line);
    if (name == 0 || line[name] != '=')
      continue;
    const char *value = line + name + 1;
    bool raw = false;
    const char *rest = value;
    const char *word = next_word(unit->arena, &rest, &raw);
    bool quoted = *value == '"' || *value == '\'';
    sd_strv_add(&unit->variables, unit->arena,
                sd_arena_printf(unit->arena, "%.*s=%s", (int)name, line,
                                quoted && word != NULL ? word : value));
  }
}

static void take(struct unit *unit, const char *file, const char *key, const char *value) {
  if (strcmp(key, "Environment") == 0) {
    bool raw = false;
    for (const char *word; (word = next_word(unit->arena, &value, &raw)) != NULL;)
      sd_strv_add(&unit->variables, unit->arena, word);
  } else if (strcmp(key, "EnvironmentFile") == 0) {
    read_variables(unit, value + (*value == '-' ? 1 : 0));
  } else if (strcmp(key, unit->key) == 0) {
    if (*value == '\0')
      unit->values = (struct sd_strv){0};
    else
      sd_strv_add(&unit->values, unit->arena, value);
    unit->source = file;
  }
}

/* One line of the file; a backslash at its end goes on with the next. */
static const char *next_line(struct sd_arena *arena, const char **text) {
  struct sd_str line;
  bool more = **text != '\0';
  if (!more)
    return NULL;
  sd_str_init(&line, arena);
  while (more && **text != '\0') {
    size_t len = strcspn(*text, "\n");
    bool comment = strchr("#;", **text) != NULL;
    more = comment ? line.len > 0 : len > 0 && (*text)[len - 1] == '\\';
    if (!comment)
      sd_str_add_bytes(&line, *text, len - (more ? 1 : 0));
    if (!comment && more)
      sd_str_add_char(&line, ' ');
    *text += len + ((*text)[len] == '\n' ? 1 : 0);
  }
  return sd_str_text(&line);
}

static const char *trimmed(struct sd_arena *arena, const char *text, size_t len) {
  size_t skip = strspn(text, " \t\r");
  skip = skip < len ? skip : len;
  while (len > skip && strchr(" \t\r", text[len - 1]) != NULL)
    len--;
  return sd_arena_strndup(arena, text + skip, len - skip);
}

static void read_file(struct unit *unit, const char *path) {
  const char *text = doctor_read(unit->arena, path, UNIT_MAX);
  const char *section = "";
  if (text == NULL)
    return;
  sd_strv_add(&unit->files, unit->arena, path);
  for (const char *line; (line = next_line(unit->arena, &text)) != NULL;) {
    line = trimmed(unit->arena, line, strlen(line));
    size_t len = strcspn(line, "=");
    if (line[0] == '[')
      section = sd_arena_strndup(unit->arena, line + 1, strcspn(line + 1, "]"));
    else if (line[len] == '=' && strcmp(section, unit->section) == 0)
      take(unit, path, trimmed(unit->arena, line, len),
           trimmed(unit->arena, line + len + 1, strlen(line + len + 1)));
  }
}

/* Names of *.conf, in order. */
static void add_names(struct sd_arena *arena, const char *path, struct sd_strv *names) {
  DIR *folder = opendir(path);
  if (folder == NULL)
    return;
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    size_t len = strlen(entry->d_name);
    if (len <= 5 || strcmp(entry->d_name + len - 5, ".conf") != 0 ||
        sd_strv_contains(names, entry->d_name))
      continue;
    sd_strv_add(names, arena, sd_arena_strdup(arena, entry->d_name));
    for (size_t i = names->v.len - 1; i > 0 && strcmp(names->v.items[i - 1], names->v.items[i]) > 0;
         i--) {
      const char *swap = names->v.items[i];
      names->v.items[i] = names->v.items[i - 1];
      names->v.items[i - 1] = swap;
    }
  }
  (void)closedir(folder);
}

static void read_unit(struct unit *unit, const char *name) {
  struct sd_arena *arena = unit->arena;
  struct sd_strv names = {0};
  for (size_t i = 0; i < FOLDERS; i++) {
    const char *path = sd_arena_printf(arena, "%s/%s", folders[i], name);
    if (access(path, F_OK) != 0)
      continue;
    read_file(unit, path); /* one that is /dev/null is masked, and nothing is started by it */
    break;
  }
  if (unit->files.v.len == 0)
    return;
  for (size_t i = 0; i < FOLDERS; i++)
    add_names(arena, sd_arena_printf(arena, "%s/%s.d", folders[i], name), &names);
  for (size_t n = 0; n < names.v.len; n++) {
    for (size_t i = 0; i < FOLDERS; i++) {
      const char *path = sd_arena_printf(arena, "%s/%s.d/%s", folders[i], name, names.v.items[n]);
      if (access(path, F_OK) != 0)
        continue;
      read_file(unit, path);
      break;
    }
  }
}

/* -- what they start ---------------------------------------------------------------------------- */

static void read_sockets(struct sd_arena *arena, struct facts_dockerd *out) {
  struct unit unit = {.arena = arena, .section = "Socket", .key = "ListenStream"};
  read_unit(&unit, "docker.socket");
  out->sockets = (struct fact_texts){.known = true, .list = unit.values};
  out->socket_unit = unit.source;
}

static bool read_script(struct sd_arena *arena, struct unit *unit, struct facts_dockerd *out) {
  if (access(SCRIPT, F_OK) != 0)
    return false;
  read_variables(unit, DEFAULTS);
  out->unit = SCRIPT;
  sd_strv_add(&out->argv.list, arena, "dockerd");
  add_words(unit, "$DOCKER_OPTS", &out->argv);
  daemon_mask_words(arena, &out->argv.list);
  return true;
}

bool daemon_read_units(struct sd_arena *arena, struct facts_dockerd *out) {
  struct unit unit = {.arena = arena, .section = "Service", .key = "ExecStart"};
  read_unit(&unit, "docker.service");
  read_sockets(arena, out);
  out->argv.known = true;
  out->unit_files = (struct fact_texts){.known = true, .list = unit.files};
  if (unit.files.v.len == 0)
    return read_script(arena, &unit, out);
  if (unit.values.v.len == 0)
    return false;
  const char *line = unit.values.v.items[0];
  out->unit = unit.source;
  add_words(&unit, line + strspn(line, "-@:+!"), &out->argv);
  daemon_mask_words(arena, &out->argv.list);
  return out->argv.list.v.len > 0;
}
