/* SPDX-License-Identifier: Apache-2.0 */
/* Which published holes the engine's parts have: by version, and by the changelog of the package that the part came from. */
#include <string.h>

#include "engine.h"
#include "engine_holes.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PACKAGES_MAX 5

static const struct part {
  const char *name;
  const char *packages[PACKAGES_MAX]; /* that it may come from, NULL behind the last */
  bool plugin;                        /* it need not be there */
  const char *restart;                /* the unit that goes on with the old program; NULL: none */
} parts[] = {
    {"engine", {"docker.io", "docker-ce", "moby-engine"}, false, "docker"},
    {"cli", {"docker-cli", "docker.io", "docker-ce-cli", "moby-cli"}, false, NULL},
    {"containerd", {"containerd", "containerd.io", "moby-containerd"}, false, "containerd"},
    {"runc", {"runc", "containerd.io", "moby-runc"}, false, NULL},
    {"buildx", {"docker-buildx", "docker-buildx-plugin", "moby-buildx"}, true, NULL},
    {"compose",
     {"docker-compose", "docker-compose-v2", "docker-compose-plugin", "moby-compose"},
     true,
     NULL},
};

struct look {
  const struct facts_engine *engine;
  const struct part *part;
  const char *text; /* the version as it tells itself */
  struct engine_version version;
  const struct fact_package *package; /* it came from it; NULL: it is not known */
  struct findings *out;
};

/* -- packages -------------------------------------------------------------------------------------- */

static const struct fact_package *package_of(const struct facts_engine *engine, const char *name) {
  for (size_t i = 0; i < engine->packages.len; i++) {
    const struct fact_package *package = &engine->packages.items[i];
    if (package->name != NULL && package->version != NULL && strcmp(package->name, name) == 0)
      return package;
  }
  return NULL;
}

/* The package with just this version. Another one that is installed has nothing to do with what runs. */
static const struct fact_package *came_from(const struct facts_engine *engine,
                                            const struct part *part, const char *version) {
  for (size_t i = 0; engine->local == FACT_YES && i < PACKAGES_MAX && part->packages[i] != NULL;
       i++) {
    const struct fact_package *package = package_of(engine, part->packages[i]);
    if (package != NULL && engine_version_is_package(package->version, version))
      return package;
  }
  return NULL;
}

/* containerd.io brings a runc of another version than its own. */
static const struct fact_package *to_update(const struct look *look) {
  if (look->package != NULL || look->engine->local != FACT_YES)
    return look->package;
  return strcmp(look->part->name, "runc") == 0 && package_of(look->engine, "runc") == NULL
             ? package_of(look->engine, "containerd.io")
             : NULL;
}

/* -- holes ----------------------------------------------------------------------------------------- */

static bool applies(const struct facts_engine *engine, enum hole_only only) {
  switch (only) {
  case HOLE_EVERYWHERE:
    return true;
  case HOLE_AUTHZ:
    return !engine->authorization.known || engine->authorization.list.v.len > 0;
  case HOLE_SWARM:
    return engine->swarm == NULL || strcmp(engine->swarm, "inactive") != 0;
  case HOLE_REMAP:
    return engine_has_option(engine, "userns") != FACT_NO;
  case HOLE_ROOTLESS:
    return engine_has_option(engine, "rootless") != FACT_NO;
  case HOLE_FIREWALLD:
    return engine->local != FACT_YES || engine->firewalld != FACT_NO;
  case HOLE_CRI:
    return engine->local != FACT_YES || engine->kubernetes != FACT_NO;
  }
  return true;
}

static bool has_hole(const struct look *look, const struct hole *hole) {
  bool mended = look->package != NULL && sd_strv_contains(&look->package->cves.list, hole->cve);
  return strcmp(hole->component, look->part->name) == 0 && !mended &&
         hole_is_open(hole, &look->version) && applies(look->engine, hole->only);
}

/* The last of a row's releases. */
static const char *newest_fix(const struct hole *hole) {
  const char *blank = strrchr(hole->fixed, ' ');
  return blank == NULL ? hole->fixed : blank + 1;
}

static bool is_newer(const char *left, const char *right) {
  struct engine_version a;
  struct engine_version b;
  return engine_version_read(left, &a) &&
         (!engine_version_read(right, &b) || engine_version_compare(&a, &b) > 0);
}

static void add_remedy(const struct look *look, struct finding *finding, const char *fix) {
  struct findings *out = look->out;
  const struct fact_package *package = to_update(look);
  if (package == NULL) {
    finding_remedy(out, finding,
                   "it comes from no package that is known: install %s or later, or an earlier "
                   "branch's release with the fixes, from where it was installed",
                   fix);
    return;
  }
  const char *unknown = package->cves.known ? "" : "; its changelog could not be looked through";
  if (package->candidate == NULL || strcmp(package->candidate, package->version) == 0) {
    finding_remedy(
        out, finding,
        "apt knows no newer package than %s %s, whose changelog does not name them%s: ask the "
        "distribution's security tracker what it thinks of them, and take a newer release of the "
        "distribution or the engine's own packages (%s %s has all fixes)",
        package->name, package->version, unknown, look->part->name, fix);
    return;
  }
  finding_remedy(
      out, finding,
      "update the package; its changelog tells which of them are mended in it%s. A restart of the "
      "engine ends containers unless live-restore is on; those that run go on with what they "
      "were started with",
      unknown);
  finding_command(out, finding, "apt-get update");
  finding_command(out, finding, "apt-get install --only-upgrade --yes %s",
                  finding_word(out, package->name));
  if (look->part->restart != NULL)
    finding_command(out, finding, "systemctl restart %s", look->part->restart);
}

static void judge_kind(const struct look *look, enum hole_gives gives, enum check_id check,
                       const char *subject) {
  struct sd_str list;
  const char *fix = "";
  unsigned count = 0;
  sd_str_init(&list, look->out->arena);
  for (size_t i = 0; i < holes_count; i++) {
    if (holes[i].gives != gives || !has_hole(look, &holes[i]))
      continue;
    sd_str_addf(&list, "%s%s (%s)", count == 0 ? "" : ", ", holes[i].cve, holes[i].what);
    fix = is_newer(newest_fix(&holes[i]), fix) ? newest_fix(&holes[i]) : fix;
    count++;
  }
  if (count == 0) {
    finding_pass(look->out, check, subject, "%s has none of those that are known", subject);
    return;
  }
  struct finding *finding = finding_bad(look->out, check, subject, "%s has %u published hole%s: %s",
                                        subject, count, count == 1 ? "" : "s", sd_str_text(&list));
  add_remedy(look, finding, fix);
}

static void judge_part(const struct facts_engine *engine, const struct part *part,
                       struct findings *out) {
  struct look look = {.engine = engine, .part = part, .out = out};
  look.text = engine_version_of(engine, part->name);
  if (look.text == NULL && part->plugin)
    return;
  if (!engine_version_read(look.text, &look.version)) {
    struct finding *finding =
        finding_unknown(out, CHECK_KNOWN_ESCAPES, part->name, "%s%s%s", part->name,
                        look.text == NULL ? " does not tell its version"
                                          : " is of a version that cannot be compared: ",
                        look.text == NULL ? "" : look.text);
    finding_remedy(out, finding,
                   "compare where it was built from with the advisories of its makers");
    return;
  }
  const char *subject = sd_arena_printf(out->arena, "%s %s", part->name, look.text);
  look.package = came_from(engine, part, look.text);
  judge_kind(&look, HOLE_ESCAPE, CHECK_KNOWN_ESCAPES, subject);
  judge_kind(&look, HOLE_OTHER, CHECK_KNOWN_HOLES, subject);
}

void engine_judge_holes(const struct facts_engine *engine, struct findings *out) {
  for (size_t i = 0; i < COUNT(parts); i++)
    judge_part(engine, &parts[i], out);
}
