/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of single texts: paths, patterns, names, addresses. What they let through is in one
 * canonical form and cannot be taken for an option, another path or a list by what it is handed to.
 */
#include <arpa/inet.h>
#include <string.h>

#include "safe-docker/base/text.h"
#include "safe-docker/docker/commands.h"
#include "safe-docker/docker/options.h"
#include "safe-docker/docker/specs.h"
#include "schema.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT "0123456789"

/* sockaddr_un holds 107 bytes and a NUL. */
#define SOCKET_PATH_MAX 107

static bool only(const char *text, const char *bytes) {
  return *text != '\0' && text[strspn(text, bytes)] == '\0';
}

/* A name that starts with a letter, a digit or an underscore, so that it is no option and no hidden
 * file. */
static bool is_name(const char *text, const char *more) {
  size_t plain = strspn(text, LOWER UPPER DIGIT "_");
  if (plain == 0)
    return false;
  for (text += plain; *text != '\0'; text++)
    if (strchr(LOWER UPPER DIGIT "_", *text) == NULL && strchr(more, *text) == NULL)
      return false;
  return true;
}

static bool refuse(struct sd_arena *arena, struct sd_error *err, const char *text,
                   const char *why) {
  return sd_fail(err, "\"%s\" %s", sd_text_safe(arena, text), why);
}

/* A policy is no shell: "~/data" and "$HOME/data" are how people write {home}/data. */
static const char *home_in_words(const char *text) {
  return text[0] == '~' || sd_text_starts_with(text, "$HOME") ? "; the home is {home}" : "";
}

/* -- paths and patterns ------------------------------------------------------------------------ */

bool sd_policy_is_clean_path(const char *text) {
  if (text[0] != '/')
    return false;
  if (text[1] == '\0')
    return true;
  while (*text == '/') {
    size_t len = strcspn(++text, "/");
    if (len == 0 || (len == 1 && text[0] == '.') || (len == 2 && text[0] == '.' && text[1] == '.'))
      return false;
    text += len;
  }
  return true;
}

bool sd_policy_check_path(struct sd_arena *arena, const char *text, const char **out,
                          struct sd_error *err) {
  if (!sd_policy_is_clean_path(text))
    return refuse(
        arena, err, text,
        sd_arena_printf(arena,
                        "is not an absolute path without \".\", \"..\", \"//\" and a final slash%s",
                        home_in_words(text)));
  *out = text;
  return true;
}

bool sd_policy_check_optional_path(struct sd_arena *arena, const char *text, const char **out,
                                   struct sd_error *err) {
  return *text == '\0' || sd_policy_check_path(arena, text, out, err);
}

/* Behind the `]` of a set whose `[` is at `text`, or NULL. */
static const char *end_of_set(const char *text) {
  text++;
  if (*text == '!' || *text == '^')
    text++;
  for (bool first = true; first || *text != ']'; first = false) {
    if (text[0] == '[' && text[1] == ':' && strstr(text + 2, ":]") != NULL)
      text = strstr(text + 2, ":]") + 1;
    else if (*text == '\\')
      text++;
    if (*text == '\0')
      return NULL;
    text++;
  }
  return text + 1;
}

/* What fnmatch would take as an ordinary `[` or as nothing is more likely a slip of the pen. */
bool sd_policy_check_pattern(struct sd_arena *arena, const char *text, const char **out,
                             struct sd_error *err) {
  *out = text;
  if (*text == '\0')
    return sd_fail(err, "an empty pattern matches nothing; leave it out");
  while (*text != '\0') {
    if (*text == '[') {
      text = end_of_set(text);
      if (text == NULL)
        return refuse(arena, err, *out, "has a [ without its ]; write \\[ for the character");
      continue;
    }
    if (*text == '\\' && *++text == '\0')
      return refuse(arena, err, *out, "ends with a backslash");
    text++;
  }
  return true;
}

bool sd_policy_check_protect(struct sd_arena *arena, const char *text, const char **out,
                             struct sd_error *err) {
  return sd_policy_check_path(arena, text, out, err) &&
         sd_policy_check_pattern(arena, text, out, err);
}

/* -- names of Docker and the kernel ------------------------------------------------------------ */

bool sd_policy_check_command(struct sd_arena *arena, const char *text, const char **out,
                             struct sd_error *err) {
  const struct sd_command *command = sd_command_find(text);
  if (command != NULL && command->name[0] != '_') { /* "__complete" is not for people */
    *out = command->name;
    return true;
  }
  if (sd_command_is_group(text))
    return refuse(arena, err, text, "is a group of commands; name the commands in it");
  const char *near = sd_command_nearest(text);
  return sd_fail(err, "\"%s\" is not a command of Docker%s%s%s", sd_text_safe(arena, text),
                 near != NULL ? "; did you mean \"" : " such as \"run\" or \"container prune",
                 near != NULL ? near : "", near != NULL ? "\"?" : "\"");
}

/* Whether the kernel knows the name is not known here. */
bool sd_policy_check_capability(struct sd_arena *arena, const char *text, const char **out,
                                struct sd_error *err) {
  const char *name = sd_text_starts_with(text, "CAP_") ? text + 4 : text;
  if (!only(name, UPPER "_") || name[0] == '_')
    return refuse(arena, err, text,
                  "is not a capability in capital letters such as \"NET_BIND_SERVICE\"");
  if (strcmp(name, "ALL") == 0)
    return refuse(arena, err, text, "is no capability; name each one");
  *out = name;
  return true;
}

bool sd_policy_check_option(struct sd_arena *arena, const char *text, const char **out,
                            struct sd_error *err) {
  const struct sd_option *option = sd_option_by_name(text, strlen(text));
  if (option == NULL) {
    const char *near = sd_option_nearest(text);
    return sd_fail(err, "\"%s\" is not a long option of docker run%s%s%s",
                   sd_text_safe(arena, text), near != NULL ? "; did you mean \"" : "",
                   near != NULL ? near : "", near != NULL ? "\"?" : "");
  }
  if ((option->flags & SD_OPTION_POLICY) != 0) {
    *out = option->name;
    return true;
  }
  if (option->disposition == SD_DENY || option->disposition == SD_DENY_TRUE)
    return sd_fail(err, "\"%s\" can never be allowed: %s", option->name, option->reason);
  return sd_fail(err,
                 "\"%s\" needs no entry here: it is allowed, or judged by the policy's other keys",
                 option->name);
}

static bool not_unconfined(struct sd_arena *arena, const char *text, struct sd_error *err) {
  return strcmp(text, "unconfined") != 0 ||
         refuse(arena, err, text, "is no profile: it would take the confinement away");
}

bool sd_policy_check_seccomp(struct sd_arena *arena, const char *text, const char **out,
                             struct sd_error *err) {
  *out = text;
  if (!not_unconfined(arena, text, err))
    return false;
  if (text[0] == '/')
    return sd_policy_check_path(arena, text, out, err);
  return is_name(text, ".-") ||
         refuse(arena, err, text, "is neither the name of a shipped profile nor an absolute path");
}

bool sd_policy_check_apparmor(struct sd_arena *arena, const char *text, const char **out,
                              struct sd_error *err) {
  *out = text;
  return not_unconfined(arena, text, err) &&
         (is_name(text[0] == '/' ? text + 1 : text, "./+-") ||
          refuse(arena, err, text, "is not the name of an AppArmor profile"));
}

/* Compared letter by letter, so a pattern would allow nothing. */
bool sd_policy_check_sysctl(struct sd_arena *arena, const char *text, const char **out,
                            struct sd_error *err) {
  *out = text;
  return is_name(text, ".-/") ||
         refuse(
             arena, err, text,
             "is not the name of a kernel parameter such as \"net.ipv4.tcp_syncookies\"; patterns "
             "are not allowed here");
}

bool sd_policy_check_runtime(struct sd_arena *arena, const char *text, const char **out,
                             struct sd_error *err) {
  *out = text;
  return is_name(text, ".-") || refuse(arena, err, text, "is not the name of a runtime");
}

/* A host path, or a CDI name: VENDOR/CLASS=NAME. No patterns: a device is named one by one. */
bool sd_policy_check_device(struct sd_arena *arena, const char *text, const char **out,
                            struct sd_error *err) {
  const char *slash = strchr(text, '/');
  if (strpbrk(text, "*?[\\") != NULL)
    return refuse(arena, err, text, "is a pattern; name each device");
  if (text[0] == '/')
    return strcmp(text, "/") != 0 ? sd_policy_check_path(arena, text, out, err)
                                  : refuse(arena, err, text, "is no device");
  *out = text;
  return (slash != NULL && strchr(slash + 1, '/') == NULL && strchr(slash, '=') != NULL &&
          is_name(text, "./=:-")) ||
         refuse(arena, err, text,
                "is neither an absolute path nor a CDI name such as \"vendor.com/class=name\"");
}

bool sd_policy_check_word(struct sd_arena *arena, const char *text, const char **out,
                          struct sd_error *err) {
  *out = text;
  return *text != '\0' || refuse(arena, err, text, "is no word of a command");
}

bool sd_policy_check_device_access(struct sd_arena *arena, const char *text, const char **out,
                                   struct sd_error *err) {
  char *canonical = sd_arena_alloc(arena, 4);
  size_t len = 0;
  for (const char *right = "rwm"; *right != '\0'; right++)
    if (strchr(text, *right) != NULL)
      canonical[len++] = *right;
  if (len == 0 || len != strlen(text))
    return refuse(arena, err, text, "is not made of r, w and m, each at most once");
  *out = canonical;
  return true;
}

/* systemd's names ("a-b.slice") and cgroupfs paths ("/a/b"). */
bool sd_policy_check_cgroup(struct sd_arena *arena, const char *text, const char **out,
                            struct sd_error *err) {
  *out = text;
  if (*text == '\0' || (text[0] == '/' && strcmp(text, "/") != 0 && sd_policy_is_clean_path(text)))
    return true;
  return (is_name(text, ".-@\\:") && strstr(text, "..") == NULL) ||
         refuse(arena, err, text,
                "is neither a slice such as \"containers.slice\" nor an absolute path");
}

/* -- accounts, contexts, addresses, hosts ------------------------------------------------------ */

bool sd_policy_check_account(struct sd_arena *arena, const char *text, const char **out,
                             struct sd_error *err) {
  *out = text;
  return (is_name(text, ".-") && !only(text, DIGIT)) ||
         refuse(arena, err, text, "is not \"caller\", \"root\" or the name of an account");
}

bool sd_policy_check_context(struct sd_arena *arena, const char *text, const char **out,
                             struct sd_error *err) {
  *out = text;
  if (strcmp(text, "default") == 0)
    return refuse(arena, err, text,
                  "is Docker's name for what docker.host says; choose another one");
  return is_name(text, ".+-") || refuse(arena, err, text, "is not the name of a context");
}

bool sd_policy_check_address(struct sd_arena *arena, const char *text, const char **out,
                             struct sd_error *err) {
  unsigned char bytes[sizeof(struct in6_addr)];
  char canonical[INET6_ADDRSTRLEN];
  int family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;
  if (inet_pton(family, text, bytes) != 1 ||
      inet_ntop(family, bytes, canonical, sizeof(canonical)) == NULL)
    return refuse(arena, err, text, "is not an IPv4 or IPv6 address");
  *out = sd_arena_strdup(arena, canonical);
  return true;
}

bool sd_policy_check_optional_address(struct sd_arena *arena, const char *text, const char **out,
                                      struct sd_error *err) {
  return *text == '\0' || sd_policy_check_address(arena, text, out, err);
}

bool sd_policy_check_subnet(struct sd_arena *arena, const char *text, const char **out,
                            struct sd_error *err) {
  struct sd_subnet subnet;
  struct sd_error why;
  sd_error_init(&why, arena);
  if (!sd_subnet_parse(arena, text, &subnet, &why))
    return sd_fail(err, "\"%s\" is not a subnet such as \"10.20.0.0/16\"%s%s",
                   sd_text_safe(arena, text),
                   strstr(why.message, "bits behind") != NULL ? ": " : "",
                   strstr(why.message, "bits behind") != NULL ? why.message : "");
  *out = subnet.text;
  return true;
}

/* "NAME", "NAME:PORT", "[V6]" or "[V6]:PORT". */
static bool is_host_and_port(struct sd_arena *arena, const char *text) {
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  const char *address = NULL;
  size_t len = text[0] == '[' ? strcspn(text, "]") + 1 : strcspn(text, ":");
  if (len > strlen(text))
    return false;
  const char *host = sd_arena_strndup(arena, text, len);
  bool named = text[0] == '['
                   ? len > 2 &&
                         sd_policy_check_address(arena, sd_arena_strndup(arena, text + 1, len - 2),
                                                 &address, &ignored) &&
                         strchr(address, ':') != NULL
                   : is_name(host, ".-");
  if (!named || text[len] == '\0')
    return named;
  return text[len] == ':' && only(text + len + 1, DIGIT) && strlen(text + len + 1) <= 5;
}

/* ssh gets user and host as words of its command line: neither may look like an option of it. */
static bool is_ssh(struct sd_arena *arena, const char *text) {
  size_t len = strcspn(text, "/");
  if (text[len] != '\0' && !sd_policy_is_clean_path(text + len))
    return false;
  const char *place = sd_arena_strndup(arena, text, len);
  const char *at = strchr(place, '@');
  if (at != NULL && !is_name(sd_arena_strndup(arena, place, (size_t)(at - place)), ".-"))
    return false;
  return is_host_and_port(arena, at != NULL ? at + 1 : place);
}

bool sd_policy_check_host(struct sd_arena *arena, const char *text, const char **out,
                          struct sd_error *err) {
  *out = text;
  if (sd_text_starts_with(text, "unix://") && strlen(text + 7) > SOCKET_PATH_MAX)
    return refuse(arena, err, text, "has a path of more than 107 bytes, which no socket can have");
  if (sd_text_starts_with(text, "unix://"))
    return (sd_policy_is_clean_path(text + 7) && strlen(text + 7) > 1) ||
           refuse(arena, err, text,
                  "is not unix:// and the absolute path of a socket, without \".\" and \"..\"");
  if (sd_text_starts_with(text, "ssh://"))
    return is_ssh(arena, text + 6) || refuse(arena, err, text, "is not ssh://[USER@]HOST[:PORT]");
  if (sd_text_starts_with(text, "tcp://"))
    return is_host_and_port(arena, text + 6) || refuse(arena, err, text, "is not tcp://HOST:PORT");
  return refuse(arena, err, text, "is not an address of a daemon: unix://, ssh:// or tcp://");
}
