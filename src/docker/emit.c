/* SPDX-License-Identifier: Apache-2.0 */
#include "safe-docker/docker/emit.h"

#include <inttypes.h>
#include <string.h>

#include "safe-docker/base/number.h"

#include "entries.h"

struct emitter {
  struct sd_arena *arena;
  const struct sd_request *request;
  const struct sd_emit_paths *paths;
  struct sd_emitted *out;
  struct sd_error *err;
};

typedef bool emit_field(struct emitter *emitter, const struct sd_option *row, const void *field);

static void token(struct emitter *emitter, const struct sd_option *row, const char *value) {
  sd_strv_add(&emitter->out->argv, emitter->arena,
              sd_arena_printf(emitter->arena, "--%s=%s", row->name, value));
}

/* -- plain values ------------------------------------------------------------------------------ */

static bool emit_bool(struct emitter *emitter, const struct sd_option *row, const void *field) {
  const struct sd_flag *flag = field;
  if (flag->set)
    token(emitter, row, flag->value ? "true" : "false");
  return true;
}

static bool emit_int(struct emitter *emitter, const struct sd_option *row, const void *field) {
  const struct sd_number *number = field;
  if (number->set)
    token(emitter, row, sd_arena_printf(emitter->arena, "%" PRId64, number->value));
  return true;
}

static bool emit_cpus(struct emitter *emitter, const struct sd_option *row, const void *field) {
  const struct sd_number *number = field;
  if (number->set)
    token(emitter, row, sd_number_format_cpus(emitter->arena, number->value));
  return true;
}

static bool emit_duration(struct emitter *emitter, const struct sd_option *row, const void *field) {
  const struct sd_number *number = field;
  if (number->set)
    token(emitter, row, sd_arena_printf(emitter->arena, "%" PRId64 "ns", number->value));
  return true;
}

static bool emit_text(struct emitter *emitter, const struct sd_option *row, const void *field) {
  const struct sd_text *text = field;
  if (text->set)
    token(emitter, row, text->value);
  return true;
}

static bool emit_list(struct emitter *emitter, const struct sd_option *row, const void *field) {
  const struct sd_texts *list = field;
  for (size_t i = 0; i < list->v.len; i++)
    token(emitter, row, list->v.items[i].value);
  return true;
}

/* -- environment and labels -------------------------------------------------------------------- */

static bool emit_env(struct emitter *emitter, const struct sd_option *row, const void *field) {
  return sd_entries_emit(emitter->arena, row->name, field, &emitter->out->argv,
                         &emitter->out->env_file, emitter->err);
}

static bool emit_env_file(struct emitter *emitter, const struct sd_option *row, const void *field) {
  (void)field;
  if (emitter->out->env_file != NULL)
    token(emitter, row, emitter->paths->env_file);
  return true;
}

static bool emit_label(struct emitter *emitter, const struct sd_option *row, const void *field) {
  return sd_entries_emit(emitter->arena, row->name, field, &emitter->out->argv,
                         &emitter->out->label_file, emitter->err);
}

static bool emit_label_file(struct emitter *emitter, const struct sd_option *row,
                            const void *field) {
  (void)field;
  if (emitter->out->label_file != NULL)
    token(emitter, row, emitter->paths->label_file);
  return true;
}

/* -- values with an inner grammar -------------------------------------------------------------- */

/* Volumes that were written short go out short, so that the container's record is the plain CLI's.
 */
static bool goes_short(const struct sd_mount *mount) {
  return mount->kind == SD_MOUNT_VOLUME && mount->short_form;
}

static bool emit_mount(struct emitter *emitter, const struct sd_option *row, const void *field) {
  (void)field;
  for (size_t i = 0; i < emitter->request->mounts.v.len; i++) {
    const struct sd_mount *mount = &emitter->request->mounts.v.items[i];
    if (!goes_short(mount))
      token(emitter, row, sd_mount_format(emitter->arena, mount));
  }
  return true;
}

static bool emit_volume(struct emitter *emitter, const struct sd_option *row, const void *field) {
  (void)field;
  for (size_t i = 0; i < emitter->request->mounts.v.len; i++) {
    const struct sd_mount *mount = &emitter->request->mounts.v.items[i];
    if (goes_short(mount))
      token(emitter, row, sd_volume_format(emitter->arena, mount));
  }
  return true;
}

#define EMIT_SPEC(function, member, format)                                                        \
  static bool function(struct emitter *emitter, const struct sd_option *row, const void *field) {  \
    (void)field;                                                                                   \
    for (size_t i = 0; i < emitter->request->member.v.len; i++)                                    \
      token(emitter, row, format(emitter->arena, &emitter->request->member.v.items[i]));           \
    return true;                                                                                   \
  }
EMIT_SPEC(emit_tmpfs, tmpfs, sd_tmpfs_format)
EMIT_SPEC(emit_port, ports, sd_port_format)
EMIT_SPEC(emit_ulimit, ulimits, sd_ulimit_format)
EMIT_SPEC(emit_device, devices, sd_device_format)

static const char *network_name(struct sd_arena *arena, const struct sd_network *network) {
  (void)arena;
  return network->name;
}
EMIT_SPEC(emit_network, networks, network_name)

static const char *security_text(struct sd_arena *arena, const struct sd_security *security) {
  static const char *const keys[] = {
      [SD_SECURITY_SECCOMP] = "seccomp",
      [SD_SECURITY_APPARMOR] = "apparmor",
      [SD_SECURITY_NO_NEW_PRIVILEGES] = "no-new-privileges",
      [SD_SECURITY_LABEL] = "label",
      [SD_SECURITY_SYSTEMPATHS] = "systempaths",
      [SD_SECURITY_CREDENTIALSPEC] = "credentialspec",
      [SD_SECURITY_WRITABLE_CGROUPS] = "writable-cgroups",
  };
  const char *key = keys[security->key];
  return security->value[0] == '\0' ? key : sd_arena_printf(arena, "%s=%s", key, security->value);
}
EMIT_SPEC(emit_security_list, security, security_text)

static bool emit_security(struct emitter *emitter, const struct sd_option *row, const void *field) {
  if (emitter->paths->seccomp != NULL)
    token(emitter, row, sd_arena_printf(emitter->arena, "seccomp=%s", emitter->paths->seccomp));
  return emit_security_list(emitter, row, field);
}

static emit_field *const emitters[] = {
    [SD_KIND_BOOL] = emit_bool,
    [SD_KIND_INT] = emit_int,
    [SD_KIND_SIZE] = emit_int,
    [SD_KIND_CPUS] = emit_cpus,
    [SD_KIND_DURATION] = emit_duration,
    [SD_KIND_TEXT] = emit_text,
    [SD_KIND_LIST] = emit_list,
    [SD_KIND_ENV] = emit_env,
    [SD_KIND_ENV_FILE] = emit_env_file,
    [SD_KIND_LABEL] = emit_label,
    [SD_KIND_LABEL_FILE] = emit_label_file,
    [SD_KIND_MOUNT] = emit_mount,
    [SD_KIND_VOLUME] = emit_volume,
    [SD_KIND_TMPFS] = emit_tmpfs,
    [SD_KIND_NETWORK] = emit_network,
    [SD_KIND_PORT] = emit_port,
    [SD_KIND_SECURITY] = emit_security,
    [SD_KIND_ULIMIT] = emit_ulimit,
    [SD_KIND_DEVICE] = emit_device,
};

bool sd_emit(struct sd_arena *arena, const struct sd_request *request,
             const struct sd_emit_paths *paths, struct sd_emitted *out, struct sd_error *err) {
  *out = (struct sd_emitted){0};
  struct emitter emitter = {arena, request, paths, out, err};
  sd_strv_add(&out->argv, arena, request->verb == SD_VERB_CREATE ? "create" : "run");
  if (request->help.value) {
    sd_strv_add(&out->argv, arena, "--help");
    return true;
  }
  for (size_t i = 0; i < SD_OPT_COUNT; i++) {
    const struct sd_option *row = &sd_options[i];
    /* Hidden aliases share the field of the option that has the name. */
    if ((row->flags & SD_OPTION_HIDDEN) == 0 &&
        !emitters[row->kind](&emitter, row, (const unsigned char *)request + row->field))
      return false;
  }
  sd_strv_add(&out->argv, arena, "--");
  sd_strv_add(&out->argv, arena, request->image.given);
  for (size_t i = 0; i < request->args.v.len; i++)
    sd_strv_add(&out->argv, arena, request->args.v.items[i]);
  return true;
}
