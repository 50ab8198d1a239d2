/* SPDX-License-Identifier: Apache-2.0 */
/* Folders, devices, networks and images: as narrow as it goes. */
#include "suggest_offer.h"

#include <string.h>

#include "safe-docker/base/number.h"
#include "safe-docker/base/text.h"
#include "safe-docker/docker/specs.h"
#include "safe-docker/sys/host.h"

/* -- mounts -------------------------------------------------------------------------------------- */

static bool is_mount(const struct suggest_job *job) {
  return strcmp(job->of->option, "mount") == 0;
}

static const char *source_of(const struct suggest_job *job) {
  return is_mount(job) ? suggest_part(job->of->arena, job->of->value, "source=|src=")
                       : suggest_cut(job->of->arena, job->of->value, ":");
}

/* As the rules see it: without links, by the eyes of this process where it is another machine's not. */
static const char *resolve(const struct suggest_job *job, const char *path) {
  const struct whatif *question = job->of->question;
  const struct sd_host *host = sd_host_real();
  struct sd_arena *arena = job->of->arena;
  struct sd_resolved found;
  struct whatif_world world;
  if (path[0] != '/' && question->folder != NULL)
    path = sd_arena_printf(arena, "%s/%s", question->folder, path);
  if (question->world != NULL) {
    world = *question->world;
    world.folder = question->folder != NULL ? question->folder : "/";
    host = whatif_world_host(arena, &world);
  }
  host->resolve(host->context, arena, path, &found);
  return found.path;
}

static void offer_source(const struct suggest_job *job, const char *path, const char *access) {
  suggest_offer(job, job->row->key, true,
                sd_arena_printf(job->of->arena, "{\"source\": %s, \"access\": \"%s\"}",
                                suggest_quoted(job->of->arena, path), access));
}

/* For writing, also what is for reading alone in there. */
void suggest_offer_bind(const struct suggest_job *job) {
  const struct sd_policy *policy = job->of->policy;
  const char *source = source_of(job);
  if (source == NULL || source[0] == '\0')
    return;
  const char *path = resolve(job, source);
  if (strcmp(job->of->rule, "bind-read-only") != 0)
    offer_source(job, path, "ro");
  offer_source(job, path, "rw");
  for (size_t i = 0; i < policy->mounts.bind.len; i++) {
    const struct sd_bind_policy *inner = &policy->mounts.bind.items[i];
    if (!inner->writable && sd_path_within(inner->source, path))
      offer_source(job, inner->source, "rw");
  }
}

void suggest_offer_volume(const struct suggest_job *job) {
  const char *name = source_of(job);
  suggest_offer_word(job, name != NULL ? name : job->of->option);
  suggest_offer_word(job, job->of->option); /* of volume create */
}

void suggest_offer_device(const struct suggest_job *job) {
  struct sd_arena *arena = job->of->arena;
  const char *path = suggest_cut(arena, job->of->value, ":");
  const char *access = strrchr(job->of->value, ':');
  bool given =
      access != NULL && access[1] != '/' && strspn(access + 1, "rwm") == strlen(access + 1);
  static const char *const narrow[] = {"rw", "rwm"};
  if (given)
    suggest_offer(job, job->row->key, true,
                  sd_arena_printf(arena, "{\"path\": %s, \"access\": %s}",
                                  suggest_quoted(arena, path), suggest_quoted(arena, access + 1)));
  for (size_t i = 0; !given && i < sizeof(narrow) / sizeof(narrow[0]); i++)
    suggest_offer(job, job->row->key, true,
                  sd_arena_printf(arena, "{\"path\": %s, \"access\": \"%s\"}",
                                  suggest_quoted(arena, path), narrow[i]));
}

static void offer_gpu(const struct suggest_job *job, const char *gpu) {
  suggest_offer(job, job->row->key, true,
                sd_arena_printf(job->of->arena,
                                "{\"path\": \"nvidia.com/gpu=%s\", \"access\": \"rw\"}", gpu));
}

/* The one that is asked for, or all; more than one would be more than one item. */
void suggest_offer_gpus(const struct suggest_job *job) {
  struct sd_gpus gpus;
  struct sd_error ignored;
  sd_error_init(&ignored, job->of->arena);
  if (!sd_gpus_parse(job->of->arena, job->of->value, &gpus, &ignored))
    return;
  if (gpus.count == 1)
    offer_gpu(job, "0");
  else if (gpus.devices.v.len == 1)
    offer_gpu(job, gpus.devices.v.items[0]);
  offer_gpu(job, "all");
}

/* -- networks and ports -------------------------------------------------------------------------- */

void suggest_offer_network(const struct suggest_job *job) {
  struct sd_arena *arena = job->of->arena;
  const char *name = suggest_part(arena, job->of->value, "name=");
  if (name == NULL)
    name = job->of->value[0] != '\0' ? job->of->value : job->of->option;
  if (sd_text_starts_with(name, "container:"))
    name = "container:*";
  if (strcmp(name, "host") != 0)
    suggest_offer_word(job, name);
}

/* A port without an address takes the default one, which must be among those that are allowed. */
static void offer_default_address(const struct suggest_job *job) {
  const struct sd_policy *policy = job->of->policy;
  const char *address =
      policy->network.addresses.v.len > 0 ? policy->network.addresses.v.items[0] : "127.0.0.1";
  if (policy->network.addresses.v.len == 0)
    suggest_offer_word(job, address);
  suggest_offer(job, "network.publish.default_address", false,
                suggest_quoted(job->of->arena, address));
}

/* [ADDRESS:][PORTS:]PORTS[/PROTOCOL] */
void suggest_offer_address(const struct suggest_job *job) {
  const char *text = job->of->value;
  const char *last = strrchr(text, ':');
  if (text[0] == '[') {
    suggest_offer_word(job, suggest_cut(job->of->arena, text + 1, "]"));
    return;
  }
  if (last != NULL && strchr(text, ':') != last)
    suggest_offer_word(job, suggest_cut(job->of->arena, text, ":"));
  else
    offer_default_address(job);
}

void suggest_offer_ports(const struct suggest_job *job) {
  struct sd_arena *arena = job->of->arena;
  const char *last = strrchr(job->of->value, ':');
  if (last == NULL)
    return;
  const char *host = sd_arena_strndup(arena, job->of->value, (size_t)(last - job->of->value));
  const char *before = strrchr(host, ':');
  host = before != NULL ? before + 1 : host;
  int64_t first = 0;
  int64_t end = 0;
  const char *dash = strchr(host, '-');
  if (!suggest_count(job, suggest_cut(arena, host, "-"), &first) ||
      !suggest_count(job, dash != NULL ? dash + 1 : host, &end))
    return;
  int64_t low = job->of->policy->network.port_first;
  int64_t high = job->of->policy->network.port_last;
  suggest_offer_text(job,
                     sd_arena_printf(arena, "%lld-%lld", (long long)(first < low ? first : low),
                                     (long long)(end > high ? end : high)));
}

/* -- images -------------------------------------------------------------------------------------- */

void suggest_offer_image(const struct suggest_job *job) {
  struct sd_arena *arena = job->of->arena;
  const char *text = job->of->value[0] != '\0' ? job->of->value : job->of->option;
  const char *slash = strrchr(text, '/');
  bool tagged = strchr(slash != NULL ? slash : text, ':') != NULL || strchr(text, '@') != NULL;
  if (!tagged)
    suggest_offer_word(job, sd_arena_printf(arena, "%s:latest", text));
  suggest_offer_word(job, text);
  suggest_offer_word(job, sd_arena_printf(arena, "%s:*", suggest_cut(arena, text, "@")));
  suggest_offer_word(job, sd_arena_printf(arena, "%s/**", suggest_cut(arena, text, "/")));
}

void suggest_offer_every_image(const struct suggest_job *job) {
  suggest_offer_word(job, "**");
}

void suggest_offer_profile(const struct suggest_job *job) {
  const char *name = suggest_part(job->of->arena, job->of->value, "apparmor=|apparmor:");
  if (name != NULL && strcmp(name, "unconfined") != 0)
    suggest_offer_word(job, name);
}
