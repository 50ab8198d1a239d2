/* SPDX-License-Identifier: Apache-2.0 */
/* The packages of a Debian or Ubuntu that the engine's parts come from. Distributions mend old versions, so that a version alone
 * proves nothing: the changelog of a package names the CVEs that were dealt with in it. */
#include <string.h>

#include "engine.h"
#include "safe-docker/base/text.h"
#include "safe-docker/sys/setup_tool.h"

#define PACKAGES                                                                                   \
  "docker.io", "docker-cli", "docker-ce", "docker-ce-cli", "moby-engine", "moby-cli",              \
      "moby-containerd", "moby-runc", "containerd", "containerd.io", "runc", "docker-buildx",      \
      "docker-buildx-plugin", "moby-buildx", "docker-compose", "docker-compose-v2",                \
      "docker-compose-plugin", "moby-compose", "firewalld"

#define CVES_MAX 1000 /* of one changelog */
#define SECONDS "20"

/* The lines of `text`, one after the other; NULL behind the last. */
static const char *next_line(struct sd_arena *arena, const char **text) {
  if (**text == '\0')
    return NULL;
  size_t len = strcspn(*text, "\n");
  const char *line = sd_arena_strndup(arena, *text, len);
  *text += len + ((*text)[len] == '\n' ? 1 : 0);
  return line;
}

/* -- what is installed ----------------------------------------------------------------------------- */

/* "docker.io 20.10.24+dfsg1-1+deb12u1 installed" */
static void add_package(struct doctor *doctor, const char *line, struct facts_engine *out) {
  struct sd_arena *arena = doctor->arena;
  size_t name = strcspn(line, " ");
  const char *version = line + name + (line[name] == ' ' ? 1 : 0);
  size_t len = strcspn(version, " ");
  if (len == 0 || strcmp(version + len, " installed") != 0)
    return;
  if (strncmp(line, "firewalld ", strlen("firewalld ")) == 0) {
    out->firewalld = FACT_YES;
    return;
  }
  struct fact_package *package = sd_vec_push(arena, &out->packages);
  package->name = sd_arena_strndup(arena, line, name);
  package->version = sd_arena_strndup(arena, version, len);
}

/* False: this host has no dpkg. */
static bool ask_installed(struct doctor *doctor, struct facts_engine *out) {
  static const char *const words[] = {"dpkg-query", "--show",
                                      "--showformat=${Package} ${Version} ${db:Status-Status}\\n",
                                      PACKAGES, NULL};
  struct sd_answer answer = {0};
  struct sd_error ignored;
  sd_error_init(&ignored, doctor->arena);
  /* It ends with 1 where one of them is not known, and tells of the others. */
  if (!sd_setup_ask(doctor->arena, words, &answer, &ignored) || answer.status > 1)
    return false;
  out->firewalld = FACT_NO;
  const char *text = answer.out;
  for (const char *line; (line = next_line(doctor->arena, &text)) != NULL;)
    add_package(doctor, line, out);
  return true;
}

/* -- what apt would install ------------------------------------------------------------------------ */

static struct fact_package *find(struct facts_engine *out, const char *name, size_t len) {
  for (size_t i = 0; i < out->packages.len; i++) {
    struct fact_package *package = &out->packages.items[i];
    if (strlen(package->name) == len && memcmp(package->name, name, len) == 0)
      return package;
  }
  return NULL;
}

/* "docker.io:", "  Installed: 1", "  Candidate: 2", ... */
static void ask_candidates(struct doctor *doctor, struct facts_engine *out) {
  static const char *const words[] = {"apt-cache", "policy", PACKAGES, NULL};
  static const char candidate[] = "  Candidate: ";
  struct sd_answer answer = {0};
  struct sd_error ignored;
  struct fact_package *package = NULL;
  sd_error_init(&ignored, doctor->arena);
  if (!sd_setup_ask(doctor->arena, words, &answer, &ignored) || answer.status != 0)
    return;
  const char *text = answer.out;
  for (const char *line; (line = next_line(doctor->arena, &text)) != NULL;) {
    size_t len = strlen(line);
    if (line[0] != ' ')
      package = len > 0 ? find(out, line, len - 1) : NULL;
    else if (package != NULL && sd_text_starts_with(line, candidate))
      package->candidate = line + strlen(candidate);
  }
}

/* -- which holes were dealt with ------------------------------------------------------------------- */

/* Of a changelog that names more than is plausible, or is larger than can be looked through, nothing is known. */
static void ask_changelog(struct doctor *doctor, struct fact_package *package) {
  struct sd_arena *arena = doctor->arena;
  const char *path = sd_arena_printf(arena, "/usr/share/doc/%s/changelog.Debian.gz", package->name);
  const char *const words[] = {"timeout", SECONDS, "zgrep", "-ohE", "CVE-[0-9]{4}-[0-9]{4,7}",
                               path,      NULL};
  struct sd_answer answer = {0};
  struct sd_error ignored;
  struct sd_strv cves = {0};
  sd_error_init(&ignored, arena);
  if (!sd_setup_ask(arena, words, &answer, &ignored) || answer.status > 1)
    return;
  const char *text = answer.out;
  for (const char *line; (line = next_line(arena, &text)) != NULL;)
    if (!sd_strv_contains(&cves, line)) {
      if (cves.v.len == CVES_MAX)
        return;
      sd_strv_add(&cves, arena, line);
    }
  package->cves = (struct fact_texts){.known = true, .list = cves};
}

void engine_collect_packages(struct doctor *doctor, struct facts_engine *out) {
  if (!ask_installed(doctor, out))
    return;
  ask_candidates(doctor, out);
  for (size_t i = 0; i < out->packages.len; i++)
    ask_changelog(doctor, &out->packages.items[i]);
}
