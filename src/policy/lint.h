/* SPDX-License-Identifier: Apache-2.0 */
/* Between the parts of the lint. */
#ifndef SAFE_DOCKER_POLICY_LINT_PARTS_H
#define SAFE_DOCKER_POLICY_LINT_PARTS_H

#include "safe-docker/policy/lint.h"

/* One policy that is judged. */
struct lint {
  struct sd_arena *arena;
  const struct sd_policy_facts *facts;
  const struct sd_policy_view *view;
  struct sd_policy_findings *out;
};

/* How bad something is, and what is said of it. */
struct lint_words {
  enum sd_policy_severity severity;
  const char *kind, *attack, *advice;
};

/* The same for one name of a list. Tables are sorted by name. Texts lie in the rows: pointers would be relocated at every
 * start of the program, also where nothing is judged. */
struct lint_row {
  char name[40];
  bool harmless; /* nothing is said of it */
  enum sd_policy_severity severity;
  char what[96]; /* "SYS_ADMIN " + what: "is next to root" */
  char attack[240], advice[200];
};

/* The value at "resources.memory.max" of the merged tree; NULL where it is not there. */
const struct sd_json *lint_at(const struct lint *lint, const char *key);
/* A finding about `node`, the value of `key` or an item in it. */
void lint_add(const struct lint *lint, const struct sd_json *node, const char *key,
              const struct lint_words *words, const char *format, ...) SD_PRINTF(5, 6);
/* The row of a name, or NULL. */
const struct lint_row *lint_find(const struct lint_row *rows, size_t count, const char *name);
/* The row of a capability (without CAP_) and of a device; also where it is not known. */
const struct lint_row *lint_capability(const char *name);
const struct lint_row *lint_device(const char *path);
/* A finding for an item of the list at `key`, in the words of its row. */
void lint_add_row(const struct lint *lint, const struct sd_json *node, const char *key,
                  const char *kind, const struct lint_row *row);
/* The text of an item, safe to show. */
const char *lint_text(const struct lint *lint, const struct sd_json *node);

/* The parts; each judges its keys. */
typedef void lint_part(const struct lint *lint);
lint_part lint_capabilities, lint_mounts, lint_user, lint_docker, lint_commands, lint_options,
    lint_devices, lint_network, lint_images, lint_confinement, lint_others, lint_limits, lint_audit;

/* Whom the overrides are for; NULL: there are none. */
void lint_people(const struct lint *lint, const struct sd_json *overrides);
/* Overrides that do not hold, because a later one of the texts has overrides, too. */
void lint_hidden(const struct lint *lint, const struct sd_policy_text *texts, size_t count);

#endif
